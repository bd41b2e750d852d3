// SPDX-License-Identifier: AGPL-3.0-or-later
// What an offer added beyond the email: the two random halves of the treated side by side. The answer above compares all of
// the treated with the holdout, whatever half they are in.
import { Link } from '@tanstack/react-router';
import type { ResultArm, ResultOffer } from '../../api/gen';
import { paths } from '../../app/paths';
import { Card } from '../../components/card';
import { count, money, percent } from '../../lib/format';
import classes from './results.module.css';
import { pointsRange } from './words';

export function OfferCard({ offer, currency }: { offer: ResultOffer; currency: string }) {
  return (
    <Card title="What the offer added">
      <p className={classes.note}>{offer.sentence}</p>
      <div className={classes.scroll} tabIndex={0} role="group" aria-label="What the offer added">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Half of the treated</th>
              <th scope="col">Ordered again</th>
              <th scope="col">Got the email</th>
              <th scope="col">Bought</th>
            </tr>
          </thead>
          <tbody>
            <Half name="With the offer" arm={offer.with} currency={currency} />
            <Half name="The email alone" arm={offer.without} currency={currency} />
          </tbody>
        </table>
      </div>
      <p className={classes.note}>
        Difference: {offer.lift === null ? 'not enough data' : pointsRange(offer.lift)}. Given away:{' '}
        {offer.given_away_minor === null ? (
          <Link to={paths.settings} search={{ tab: 'policy' }}>
            cost of the offer not stated
          </Link>
        ) : (
          `${money(offer.given_away_minor, currency)} at most, if each of the ${count(offer.taken)} who ordered used it`
        )}
        .
      </p>
    </Card>
  );
}

function Half({ name, arm, currency }: { name: string; arm: ResultArm; currency: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {arm.rate === null ? '–' : percent(arm.rate)}
        <small>
          {count(arm.reordered)} of {count(arm.people)}
        </small>
      </td>
      <td>{count(arm.emailed)}</td>
      <td>{money(arm.revenue_minor, currency)}</td>
    </tr>
  );
}

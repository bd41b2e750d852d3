// SPDX-License-Identifier: AGPL-3.0-or-later
// What it brought against what it cost. Nothing is assumed: what the policy does not state is called so, with the way to
// state it.
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Interval, Results } from '../../api/gen';
import { paths } from '../../app/paths';
import { Card } from '../../components/card';
import { count, money, percent, rough, wholeMoney } from '../../lib/format';
import classes from './results.module.css';
import { moneyRange } from './words';

function NotStated() {
  return (
    <Link to={paths.settings} search={{ tab: 'policy' }}>
      not stated
    </Link>
  );
}

/** A range, or why there is none. */
function Range({ of, currency, stated }: { of: Interval | null; currency: string; stated: boolean }) {
  if (of !== null) {
    return (
      <>
        {moneyRange(of, currency)}
        <small>most likely {wholeMoney(of.estimate, currency).replace('-', '−')}</small>
      </>
    );
  }
  return stated ? 'not enough data' : <NotStated />;
}

export function MoneyCard({ results }: { results: Results }) {
  const { currency, gross_margin: margin, margin_minor: won, costs, net_minor: net, review_hours: hours, emails } = results.money;
  const cost = (minor: number | null): ReactNode => (minor === null ? <NotStated /> : money(minor, currency));
  return (
    <Card title="What it brought, what it cost">
      <table className={classes.money}>
        <tbody>
          <tr>
            <th scope="row">
              Margin won <small>{margin === null ? 'gross margin not stated' : `gross margin ${percent(margin, 0)}`}</small>
            </th>
            <td>
              <Range of={won} currency={currency} stated={margin !== null} />
            </td>
          </tr>
          <tr>
            <th scope="row">
              Writing <small>language model</small>
            </th>
            <td>{cost(costs.model_minor)}</td>
          </tr>
          <tr>
            <th scope="row">
              Sending <small>{count(emails)} emails that left</small>
            </th>
            <td>{cost(costs.email_minor)}</td>
          </tr>
          <tr>
            <th scope="row">
              Review <small>{rough(hours)} hours that drafts were open</small>
            </th>
            <td>{cost(costs.review_minor)}</td>
          </tr>
          <tr>
            <th scope="row">Discounts</th>
            <td>{cost(costs.discount_minor)}</td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              Net {net !== null && Object.values(costs).includes(null) && <small>without what is not stated</small>}
            </th>
            <td>
              <Range of={net} currency={currency} stated={margin !== null} />
            </td>
          </tr>
        </tfoot>
      </table>
    </Card>
  );
}

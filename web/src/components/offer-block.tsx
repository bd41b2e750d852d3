// SPDX-License-Identifier: AGPL-3.0-or-later
// The offer as it is printed below the text. The model never sees it.
import type { EmailOffer } from '../api/gen';
import { When } from './when';
import classes from './writing.module.css';

export function OfferBlock({ offer }: { offer: EmailOffer }) {
  return (
    <section className={classes.offer} aria-label="Offer as printed">
      <p>{offer.text}</p>
      {offer.code !== null && (
        <p>
          Code <code>{offer.code}</code>
        </p>
      )}
      {offer.ends_at !== null && (
        <p>
          Until <When at={offer.ends_at} as="date" />
        </p>
      )}
    </section>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// A titled box.
import type { ReactNode } from 'react';
import classes from './card.module.css';

export function Card({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.head}>
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

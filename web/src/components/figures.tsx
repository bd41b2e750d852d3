// SPDX-License-Identifier: AGPL-3.0-or-later
// A row of figures, each with its label and a note; on a phone the first one leads.
import type { ReactNode } from 'react';
import classes from './figures.module.css';

export interface Figure {
  label: string;
  value: ReactNode;
  note: ReactNode;
  hot?: boolean;
}

export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map((f) => (
        <div key={f.label} data-hot={f.hot === true || undefined}>
          <dt>{f.label}</dt>
          <dd>{f.value}</dd>
          <dd className={classes.note}>{f.note}</dd>
        </div>
      ))}
    </dl>
  );
}

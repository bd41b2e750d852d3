// SPDX-License-Identifier: AGPL-3.0-or-later
// Nothing to show, and what to do about it.
import type { ReactNode } from 'react';
import classes from './states.module.css';

export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.state}>
      <b>{title}</b>
      {children}
    </div>
  );
}

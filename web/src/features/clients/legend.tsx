// SPDX-License-Identifier: AGPL-3.0-or-later
// What the marks of the time line mean.
import classes from './client.module.css';

const marks = [
  ['score', 'score'],
  ['ahead', 'if no order comes'],
  ['order', 'order'],
  ['draft', 'email not sent'],
  ['sent', 'sent'],
  ['won', 'ordered after'],
] as const;

export function Legend() {
  return (
    <ul className={classes.legend}>
      {marks.map(([kind, label]) => (
        <li key={kind}>
          <i data-kind={kind} />
          {label}
        </li>
      ))}
    </ul>
  );
}

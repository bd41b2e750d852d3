// SPDX-License-Identifier: AGPL-3.0-or-later
// What was checked, findings first: hard ones block, soft ones need a person's eye.
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { Check } from '../api/gen';
import classes from './evidence.module.css';

const order: Record<Check['level'], number> = { hard: 0, soft: 1, pass: 2 };

/** "5 of 6 passed", or how many findings there are and of which kind. */
export function checkSummary(checks: readonly Check[]): { text: string; tone: 'ok' | 'bad' | 'warn' } {
  const hard = checks.filter((c) => c.level === 'hard').length;
  const soft = checks.filter((c) => c.level === 'soft').length;
  if (hard > 0) return { text: `${String(hard)} failed`, tone: 'bad' };
  if (soft > 0) return { text: `${String(soft)} to look at`, tone: 'warn' };
  return { text: `${String(checks.length)} of ${String(checks.length)} passed`, tone: 'ok' };
}

export function CheckList({ checks }: { checks: readonly Check[] }) {
  const sorted = [...checks].sort((a, b) => order[a.level] - order[b.level]);
  return (
    <ul className={classes.checks}>
      {sorted.map((c) => (
        <li key={c.code} data-level={c.level}>
          {c.level === 'hard' && <IconAlertTriangle size={14} role="img" aria-label="failed" />}
          {c.level === 'soft' && <IconInfoCircle size={14} role="img" aria-label="to look at" />}
          {c.level === 'pass' && <IconCheck size={14} stroke={2.4} role="img" aria-label="passed" />}
          <span>
            {c.level !== 'pass' && <b>{c.code.replaceAll('_', ' ')}: </b>}
            {c.detail}
          </span>
        </li>
      ))}
    </ul>
  );
}

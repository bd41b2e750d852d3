// SPDX-License-Identifier: AGPL-3.0-or-later
// What was checked, findings first: hard ones block, soft ones need a person's eye. Each finding stands under what its rule
// promises; what passed is folded away.
import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { Check } from '../api/gen';
import classes from './evidence.module.css';

/** "6 of 6 passed", or how many findings there are and of which kind. */
export function checkSummary(checks: readonly Check[]): { text: string; tone: 'ok' | 'bad' | 'warn' } {
  const hard = checks.filter((c) => c.level === 'hard').length;
  const soft = checks.filter((c) => c.level === 'soft').length;
  if (hard > 0) return { text: `${String(hard)} failed`, tone: 'bad' };
  if (soft > 0) return { text: `${String(soft)} to look at`, tone: 'warn' };
  return { text: `${String(checks.length)} of ${String(checks.length)} passed`, tone: 'ok' };
}

const titles = { hard: 'These block it', soft: 'For a person to look at' } as const;

function Findings({ level, checks }: { level: 'hard' | 'soft'; checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <>
      <p className={classes.group}>{titles[level]}</p>
      <ul className={classes.checks} aria-label={titles[level]}>
        {checks.map((c, i) => (
          <li key={`${c.code} ${String(i)}`} data-level={level} data-code={c.code}>
            {level === 'hard' ? <IconAlertTriangle size={14} role="img" aria-label="failed" /> : <IconInfoCircle size={14} role="img" aria-label="to look at" />}
            <span>
              <b>{c.promise ?? c.code.replaceAll('_', ' ')}</b>
              {c.detail !== c.promise && <small>{c.detail}</small>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function CheckList({ checks }: { checks: readonly Check[] }) {
  const passed = checks.filter((c) => c.level === 'pass');
  return (
    <div className={classes.checked}>
      <Findings level="hard" checks={checks.filter((c) => c.level === 'hard')} />
      <Findings level="soft" checks={checks.filter((c) => c.level === 'soft')} />
      {passed.length > 0 && (
        <details className={classes.passed}>
          <summary>{passed.length} passed</summary>
          <ul className={classes.checks}>
            {passed.map((c) => (
              <li key={c.code} data-level="pass">
                <IconCheck size={14} stroke={2.4} role="img" aria-label="passed" />
                <span>{c.promise ?? c.detail}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

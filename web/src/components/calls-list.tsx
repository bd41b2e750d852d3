// SPDX-License-Identifier: AGPL-3.0-or-later
// The calls of the model for an email, oldest first, with what came of each and what it cost. A cost that is not known
// counts at its worst.
import type { Call } from '../api/gen';
import { duration, count, usd } from '../lib/format';
import { outcomeWords } from '../lib/reasons';
import { When } from './when';
import classes from './writing.module.css';

/** What a call cost, or what is counted for it. */
export function costWords(call: Pick<Call, 'state' | 'cost_usd' | 'reserved_usd'>): string {
  if (call.state === 'reserved') return `${usd(call.reserved_usd)} reserved`;
  if (call.state === 'unknown') return `up to ${usd(call.reserved_usd)}, not known`;
  return call.cost_usd === null || call.cost_usd === 0 ? 'nothing' : usd(call.cost_usd);
}

/** Counted of all calls, unknown ones at their worst. */
export const totalUsd = (calls: readonly Call[]): number =>
  calls.reduce((sum, call) => sum + (call.state === 'reserved' || call.state === 'unknown' ? call.reserved_usd : (call.cost_usd ?? 0)), 0);

interface Props {
  emailId: string;
  calls: readonly Call[];
  /** May the reader see the model's own words? */
  mayRead: boolean;
}

export function CallsList({ emailId, calls, mayRead }: Props) {
  if (calls.length === 0) return <p className={classes.none}>No model was called.</p>;
  return (
    <>
      <p className={classes.note}>
        {calls.length === 1 ? 'One call' : `${String(calls.length)} calls`}, {usd(totalUsd(calls))} counted.
      </p>
      <ol className={classes.calls}>
        {calls.map((call) => (
          <li key={call.id}>
            <div>
              <b>{outcomeWords(call.outcome)}</b>
              <span>{costWords(call)}</span>
            </div>
            {call.error !== null && <p>{call.error}</p>}
            <small>
              <When at={call.at} as="datetime" />
              {call.model !== null && <> · {call.model}</>}
              {call.provider !== null && <> at {call.provider}</>}
              {call.completion_tokens !== null && (
                <>
                  {' '}
                  · {count(call.prompt_tokens ?? 0)} + {count(call.completion_tokens)} tokens
                </>
              )}
              {call.latency_ms !== null && <> · {duration(call.latency_ms)}</>}
            </small>
            {call.codes.length > 0 && <small>Checks it broke: {call.codes.map((code) => code.replaceAll('_', ' ')).join(', ')}</small>}
            {call.has_raw && mayRead && (
              <a href={`/api/v1/emails/${emailId}/calls/${call.id}/raw`} target="_blank" rel="noreferrer">
                What it said
              </a>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// The writer's state as sentences for people who do not know what a breaker is.
import type { PipelineWriter, WriterBudget } from '../../api/gen';
import { count, duration, usd } from '../../lib/format';

const kinds: Record<string, string> = { template: 'The built-in template writer', openrouter: 'A model service' };

/** Who writes, and whether it can. */
export function stateWords(writer: PipelineWriter): string {
  const who = writer.model === null ? (kinds[writer.kind] ?? writer.kind) : `${writer.model}${writer.provider === null ? '' : ` at ${writer.provider}`}`;
  if (writer.state === 'ok') return `${who} writes the drafts.`;
  if (writer.state === 'checking') return `${who} was just started. ${writer.detail ?? ''} Drafts wait until then.`;
  return `${writer.detail ?? 'The writer cannot write now.'} Drafts wait; nothing is lost. (${who})`;
}

/** When requests may leave. */
export function breakerWords({ state, breaker, not_before_ms: wait }: PipelineWriter): string {
  if (breaker === 'probing') return 'Stopped after failures; one request is out to see whether it works again';
  if (breaker === 'open') return wait > 0 ? `Stopped after failures; one request tries again in ${duration(wait)}` : 'Stopped after failures; the next request tries again';
  if (state !== 'ok') return 'No request leaves until the writer is well';
  return wait > 0 ? `The service asked to wait: the next request leaves in ${duration(wait)}` : 'Requests leave';
}

/** "2 of 4 (at most 8)"; a writer without a limit shows the number alone. */
export function flightWords(writer: PipelineWriter): string {
  if (writer.concurrency_max === 0) return count(writer.in_flight);
  return `${count(writer.in_flight)} of ${count(writer.concurrency)}${writer.concurrency < writer.concurrency_max ? ` (${count(writer.concurrency_max)} when all is well)` : ''}`;
}

export function rateWords(writer: PipelineWriter): string {
  return writer.requests_per_minute === 0 ? count(writer.requests_last_minute) : `${count(writer.requests_last_minute)} of ${count(writer.requests_per_minute)}`;
}

export interface Share {
  name: 'spent' | 'reserved' | 'unknown' | 'left';
  label: string;
  usd: number;
  /** Of the cap, 0 to 1. */
  share: number;
}

const labels: Record<Share['name'], string> = { spent: 'spent', reserved: 'reserved for calls under way', unknown: 'may have been billed', left: 'left' };

/** The day's money in the order of the bar; the shares add up to one where there is a cap. */
export function shares(budget: WriterBudget): Share[] {
  const parts = { spent: budget.spent_usd, reserved: budget.reserved_usd, unknown: budget.unknown_usd, left: budget.left_usd };
  const whole = Math.max(
    budget.cap_usd,
    Object.values(parts).reduce((sum, part) => sum + part, 0),
  );
  return (Object.keys(parts) as Share['name'][]).map((name) => ({ name, label: labels[name], usd: parts[name], share: whole > 0 ? parts[name] / whole : 0 }));
}

/** The bar as one sentence, for those who do not see it. */
export const budgetWords = (budget: WriterBudget): string =>
  `Of ${usd(budget.cap_usd)} a day: ${shares(budget)
    .map(({ label, usd: sum }) => `${usd(sum)} ${label}`)
    .join(', ')}`;

/** What waits for the next day; null when nothing does. */
export function waitingWords({ waiting_drafts: drafts }: WriterBudget): string | null {
  if (drafts === 0) return null;
  return drafts === 1 ? '1 draft waits for midnight UTC' : `${count(drafts)} drafts wait for midnight UTC`;
}

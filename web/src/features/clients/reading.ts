// SPDX-License-Identifier: AGPL-3.0-or-later
// What stands at one place of the time line, in words: for the eye beside the pointer, for the ear as the reader's value.
import type { Email, Order } from '../../api/gen';
import { emailStatusLabel } from '../../components/state-badge';
import { money, points } from '../../lib/format';

export interface Reading {
  score: number | null;
  /** In the future, if no order comes. */
  ahead: boolean;
  due: boolean;
  order: Order | undefined;
  email: Email | undefined;
}

export function readingLines({ score, ahead, due, order, email }: Reading): string[] {
  const lines: string[] = [];
  if (due) lines.push('due moment');
  if (score !== null) lines.push(`score ${points(score)}${ahead ? ' if no order comes' : ''}`);
  if (order !== undefined) lines.push(`order${order.total_minor === null ? '' : ` of ${money(order.total_minor, order.currency)}`}${order.status === 'placed' || order.status === 'shipped' ? '' : ` (${order.status})`}`);
  if (email !== undefined) lines.push(`${emailStatusLabel(email.status)}: ${email.subject ?? 'no subject yet'}`);
  return lines;
}

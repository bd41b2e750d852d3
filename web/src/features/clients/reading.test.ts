// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from 'vitest';
import type { Order } from '../../api/gen';
import { example, exampleEmail } from '../../test/server';
import { readingLines, type Reading } from './reading';

const order: Order = { ...example<Order>('getOrder'), total_minor: 2900, currency: 'EUR', status: 'placed' };
const nothing: Reading = { score: null, ahead: false, due: false, order: undefined, email: undefined };

test.each<[Partial<Reading>, string[]]>([
  [{}, []],
  [{ score: 63.14 }, ['score 63.1']],
  [{ score: 41, ahead: true, due: true }, ['due moment', 'score 41.0 if no order comes']],
  [{ order }, ['order of €29.00']],
  [{ order: { ...order, status: 'cancelled' } }, ['order of €29.00 (cancelled)']],
  [{ order: { ...order, total_minor: null } }, ['order']],
  [{ email: exampleEmail({ status: 'sent', subject: null }) }, ['Sent: no subject yet']],
])('a place of the time line in words', (given, lines) => {
  expect(readingLines({ ...nothing, ...given })).toEqual(lines);
});

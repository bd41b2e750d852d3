// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, test } from 'vitest';
import type { Order } from '../api/gen';
import { fieldErrors, Problem, toProblem } from '../api/problem';
import { duration, money, personName, relative } from './format';
import { axisEnd, gaps, stackDots, visits } from './rhythm';
import { can } from './session';

const order = (ordered_at: string, change: Partial<Order> = {}): Order => ({
  id: ordered_at,
  client_id: 'c',
  ordered_at,
  status: 'placed',
  currency: 'EUR',
  total_minor: 100,
  total_shop_minor: null,
  automatic: false,
  items: [],
  quarantined: false,
  updated_at: ordered_at,
  version: 1,
  ...change,
});

describe('format', () => {
  test('money follows the minor digits of the currency', () => {
    expect(money(2900, 'EUR')).toContain('29.00');
    expect(money(2900, 'JPY')).toContain('2,900');
    expect(money(2900, 'KWD')).toContain('2.900');
  });

  test.each([
    [40, '40 ms'],
    [5200, '5 s'],
    [152_000_000, '42 h'],
    [400_000_000, '5 days'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test('relative time takes the largest unit that fits', () => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    expect(relative('2026-11-24T10:00:00Z', now)).toBe('2 hours ago');
    expect(relative('2026-11-27T12:00:00Z', now)).toBe('in 3 days');
    expect(relative('2026-08-24T12:00:00Z', now)).toBe('3 months ago');
  });

  test('a person without a name is called by the address, else the id', () => {
    expect(personName({ first_name: 'Maya', last_name: null, email: 'm@example.com' }, 'c-1')).toBe('Maya');
    expect(personName({ first_name: null, last_name: null, email: 'm@example.com' }, 'c-1')).toBe('m@example.com');
    expect(personName({ first_name: null, last_name: '', email: null }, 'c-1')).toBe('c-1');
  });
});

describe('rhythm', () => {
  test('cancelled and automatic orders are no visits, returned ones are, two on a day are one', () => {
    const at = visits([
      order('2026-03-10T09:00:00Z'),
      order('2026-03-10T09:30:00Z'),
      order('2026-02-01T12:00:00Z'),
      order('2026-02-02T12:00:00Z', { status: 'cancelled' }),
      order('2026-03-03T12:00:00Z', { status: 'returned' }),
      order('2026-02-04T12:00:00Z', { automatic: true }),
      order('2026-02-05T12:00:00Z', { quarantined: true }),
    ], 'UTC');
    expect(at).toHaveLength(3);
    expect(at[0]).toBe(Date.parse('2026-02-01T12:00:00Z'));
  });

  test('a day is a day of the shop', () => {
    const late = [order('2026-03-10T22:30:00Z'), order('2026-03-10T23:30:00Z')];
    expect(visits(late, 'UTC')).toHaveLength(1);
    expect(visits(late, 'Europe/Stockholm')).toHaveLength(2);
  });

  test('gaps are days between visits', () => {
    expect(gaps([0, 86_400_000, 3 * 86_400_000])).toEqual([1, 2]);
  });

  test('the axis ends past the largest value', () => {
    for (const most of [0, 3, 41, 97, 400]) expect(axisEnd(most)).toBeGreaterThan(most);
  });

  test('dots of one column are stacked', () => {
    expect(stackDots([10, 10, 50], 100, 10).map((d) => d.level)).toEqual([1, 2, 1]);
  });
});

test.each([
  ['viewer', 'reviewer', false],
  ['reviewer', 'reviewer', true],
  ['reviewer', 'admin', false],
  ['admin', 'viewer', true],
] as const)('may a %s do what needs %s: %s', (role, permission, may) => {
  expect(can(role, permission)).toBe(may);
});

describe('problems', () => {
  test('a problem body keeps its fields', () => {
    const p = toProblem({ type: 't', title: 'T', status: 422, detail: 'D', errors: [{ pointer: '/consent/at', rule: 'instant', detail: 'x' }] }, new Response(null, { status: 422 }));
    expect(p.status).toBe(422);
    expect(fieldErrors(p)).toEqual({ 'consent.at': 'x' });
  });

  test('no answer and an answer of another kind are problems too', () => {
    expect(toProblem(new TypeError('failed'), undefined).status).toBe(0);
    expect(toProblem('<html>', new Response(null, { status: 502 }))).toBeInstanceOf(Problem);
  });
});

// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Audit, AuditPage, Session, StaffPage } from '../../api/gen';
import { renderAt } from '../../test/render';
import { example, pageOf, serve } from '../../test/server';
import { actionWords, detailLines } from './audit-words';

const [entry] = example<AuditPage>('listAudit').items as [Audit];

test('an entry says when, who by address, what, and before and after', async () => {
  const staff = example<StaffPage>('listStaff');
  const [person] = staff.items;
  serve({ listAudit: () => pageOf([{ ...entry, actor: person?.id }, { ...entry, id: '0192f0a1-0000-7000-8000-0000000000a2', actor: 'rekindle', action: 'scale.fitted', detail: { gap_days: { before: 44.2, after: 45.97 } } }]) });
  renderAt('/settings?tab=audit');
  const row = within(await screen.findByRole('row', { name: /Policy saved/ }));
  expect(await row.findByText(person?.email ?? 'nobody')).toBeTruthy();
  expect(row.getByRole('listitem').textContent).toBe('threshold: 50 → 47.5');
  expect(within(screen.getByRole('row', { name: /Shop’s numbers fitted/ })).getByText('Rekindle itself')).toBeTruthy();
});

test('pages are read one after the other', async () => {
  const server = serve({ listAudit: ({ query }) => (query.get('cursor') === null ? pageOf([entry], 'two') : pageOf([{ ...entry, id: '0192f0a1-0000-7000-8000-0000000000a3', action: 'salt.rotated' }])) });
  const user = renderAt('/settings?tab=audit');
  await user.click(await screen.findByRole('button', { name: 'Load more' }));
  await screen.findByText('All arms drawn anew');
  expect(server.to('listAudit').map((c) => c.url.searchParams.get('cursor'))).toEqual([null, 'two']);
});

test('only an admin sees it', async () => {
  const server = serve({ getSession: ({ example: given }) => ({ status: 200, body: { ...(given as Session), role: 'reviewer' } }) });
  renderAt('/settings?tab=audit');
  await screen.findByText('Only an admin sees this.');
  expect(server.to('listAudit')).toEqual([]);
});

test('an empty log says what will stand there', async () => {
  serve({ listAudit: () => pageOf([]) });
  renderAt('/settings?tab=audit');
  await screen.findByText('Nothing was decided yet.');
});

test('an action without words of ours is told by its own name', () => {
  expect(actionWords('tuning.confirmed')).toBe('Detector confirmed');
  expect(actionWords('kill_switch.on')).toBe('Kill switch on');
});

test.each<[Record<string, unknown> | null, string[]]>([
  [null, []],
  [{ threshold: { before: 50, after: 47.5 } }, ['threshold: 50 → 47.5']],
  [{ reason: 'New year', offer: { before: null, after: { name: 'x' } } }, ['reason: New year', 'offer: none → name x']],
  [{ before: { a: 1, b: true }, after: { a: 1, b: false, c: [] } }, ['b: yes → no']],
  [{ table: [{ a: 1 }, { a: 2 }], words: ['x', 'y'] }, ['table: 2 rows', 'words: x, y']],
  [{ before: { gap_days: 44.123456 }, after: { gap_days: 45 } }, ['gap days: 44.123 → 45']],
])('detail %j in lines', (detail, lines) => {
  expect(detailLines(detail).map((l) => `${l.name}: ${l.before === undefined ? '' : `${l.before} → `}${l.after}`)).toEqual(lines);
});

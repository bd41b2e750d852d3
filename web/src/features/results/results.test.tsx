// SPDX-License-Identifier: AGPL-3.0-or-later
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import type { Results, Session } from '../../api/gen';
import { date } from '../../lib/format';
import { renderAt } from '../../test/render';
import { example, refuse, serve } from '../../test/server';

const shown = example<Results>('getResults');
const none = { people: 0, emailed: 0, reordered: 0, rate: null, revenue_minor: 0 };
/** What a shop answers before anything counts. */
const empty: Results = {
  ...shown,
  verdict: 'not_enough_data',
  sentence: 'Not enough data yet.',
  treated: none,
  holdout: none,
  lift: null,
  recovered: null,
  needed: { lift: 0.03, episodes: null, days: null },
  money: { ...shown.money, margin_minor: null, net_minor: null },
  offer: null,
  series: [],
  strata: [],
  months: [],
  bands: [],
  outside: { forced: 0, rehearsed: 0, open: 0, repeated: 0, undrawn: 0 },
};
const answer = (change: Partial<Results>) => ({ getResults: () => ({ status: 200, body: { ...shown, ...change } }) });
const region = async (name: string) => within(await screen.findByRole('region', { name }));

test('the answer stands on top in one sentence, with both rates and the people behind them', async () => {
  serve();
  renderAt('/results');
  const result = await region('The result');
  expect(result.getByText(shown.sentence)).toBeTruthy();
  expect(result.getByText('It helps')).toBeTruthy();
  expect(result.getByText('14.9 %')).toBeTruthy();
  expect(result.getByText('313 of 2,104 people ordered again; 1,930 got the email')).toBeTruthy();
  expect(result.getByText('11.4 %')).toBeTruthy();
  expect(result.getByText('60 of 526 people ordered again')).toBeTruthy();
  expect(result.getByText('+0.2 to +6.7 points')).toBeTruthy();
  expect(screen.getByText('4 to 141')).toBeTruthy();
  expect(screen.getByText('Orders within 30 days of the due moment', { exact: false })).toBeTruthy();
});

test('Results stands in the navigation between Emails and Pipeline', async () => {
  serve();
  renderAt('/results');
  const nav = within(await screen.findByRole('navigation', { name: 'Main' }));
  const names = nav.getAllByRole('link').map((link) => link.textContent.replace(/\d/g, ''));
  expect(names.slice(names.indexOf('Emails'), names.indexOf('Emails') + 3)).toEqual(['Emails', 'Results', 'Pipeline']);
});

test('the window is asked of the server and stands in the address; an odd address means 30 days', async () => {
  const server = serve({ getResults: ({ query }) => ({ status: 200, body: { ...shown, window_days: Number(query.get('window')) } }) });
  const user = renderAt('/results?window=45');
  await screen.findByText('Orders within 30 days', { exact: false });
  await user.click(screen.getByRole('radio', { name: '60 days' }));
  await screen.findByText('Orders within 60 days', { exact: false });
  expect(window.location.search).toBe('?window=60');
  expect(server.to('getResults').map((c) => c.url.searchParams.get('window'))).toEqual(['30', '60']);
});

test('the chart says in words where it ends, and is a table too', async () => {
  serve();
  const user = renderAt('/results');
  const card = await region('The difference, week by week');
  const chart = card.getByRole('img', { name: /difference of the two rates/ });
  expect(chart.querySelector('desc')?.textContent).toContain('Zero lies outside the interval.');
  await user.click(card.getByText('The same as a table'));
  const rows = card.getAllByRole('row').map((row) => row.textContent);
  expect(rows[1]).toBe(`${date('2026-11-17T00:00:00Z')}2,524+3.4+0.1 to +6.7`);
  expect(rows[2]).toBe(`${date('2026-11-10T00:00:00Z')}2,410+3.3−0.1 to +6.7`);
});

test('the chart is read week by week with the keys, and let go with Escape', async () => {
  serve();
  renderAt('/results');
  const reader = await screen.findByRole('slider', { name: 'Read the chart week by week' });
  fireEvent.keyDown(reader, { key: 'End' });
  expect(reader.getAttribute('aria-valuetext')).toContain(`${date('2026-11-17T00:00:00Z')}: +0.1 to +6.7 points`);
  fireEvent.keyDown(reader, { key: 'ArrowLeft' });
  expect(reader.getAttribute('aria-valuetext')).toContain(`${date('2026-11-10T00:00:00Z')}: −0.1 to +6.7 points`);
  expect(reader.getAttribute('aria-valuenow')).toBe('1');
  expect(screen.getByText('2,410 people')).toBeTruthy();
  fireEvent.keyDown(reader, { key: 'Escape' });
  expect(screen.queryByText('2,410 people')).toBeNull();
});

test('money is a range against its costs; nothing unstated is made up', async () => {
  serve(answer({ money: { ...shown.money, costs: { ...shown.money.costs, email_minor: null } } }));
  renderAt('/results');
  const money = await region('What it brought, what it cost');
  expect(money.getByRole('row', { name: /^Margin won/ }).textContent).toContain('€64 to €2,134');
  expect(money.getByRole('row', { name: /^Review/ }).textContent).toContain('€934.40');
  expect(money.getByRole('row', { name: /^Net/ }).textContent).toContain('−€873 to €1,197');
  expect(money.getByText('without what is not stated')).toBeTruthy();
  expect(money.getByRole('row', { name: /^Sending/ }).textContent).toContain('2,041 emails');
  const link = within(money.getByRole('row', { name: /^Sending/ })).getByRole('link', { name: 'not stated' });
  expect(link.getAttribute('href')).toBe('/settings?tab=policy');
});

test('without a stated margin there is no money won and no net, but the way to state it', async () => {
  serve(answer({ money: { ...shown.money, gross_margin: null, margin_minor: null, net_minor: null } }));
  renderAt('/results');
  const money = await region('What it brought, what it cost');
  expect(within(money.getByRole('row', { name: /^Margin won/ })).getByRole('link', { name: 'not stated' })).toBeTruthy();
  expect(within(money.getByRole('row', { name: /^Net/ })).getByRole('link', { name: 'not stated' })).toBeTruthy();
});

test('too little data gives no number but how long it takes', async () => {
  serve(answer({ verdict: 'not_enough_data', sentence: 'Not yet. To see a lift of 3 points takes about 1,200 more episodes, at your pace about 200 days.', lift: null, recovered: null, needed: { lift: 0.03, episodes: 1240, days: 200 }, series: [{ at: '2026-11-17T00:00:00Z', people: 30, lift: null }] }));
  renderAt('/results');
  const result = await region('The result');
  expect(result.getByText('Not enough data yet')).toBeTruthy();
  expect(result.getByText('no number yet')).toBeTruthy();
  expect(result.getByText('Not yet.')).toBeTruthy();
  expect(result.getByText('To see a lift of 3 points takes about 1,200 more episodes, at your pace about 200 days.')).toBeTruthy();
  expect(screen.getByText('about 1,200 more episodes needed')).toBeTruthy();
  expect(screen.getByText('No week has a number yet.')).toBeTruthy();
});

test('a rehearsal says that nothing counts yet, and shows no empty charts', async () => {
  serve(answer({ ...empty, rehearsal: true }));
  renderAt('/results');
  const result = await region('The result');
  expect(result.getByText('Rehearsal')).toBeTruthy();
  expect(result.getByText('The proof begins with the first email that really leaves.')).toBeTruthy();
  expect(screen.queryByRole('region', { name: 'The difference, week by week' })).toBeNull();
  expect(screen.queryByRole('region', { name: 'By month' })).toBeNull();
});

test('the parts name months, bands and periods as people do', async () => {
  serve();
  renderAt('/results');
  expect((await region('By month')).getByRole('row', { name: /October 2026/ }).textContent).toContain('too few');
  expect((await region('By band')).getByRole('row', { name: /Drifting/ }).textContent).toContain('+0.2 to +6.7 points');
  expect((await region('By period')).getByRole('row', { name: new RegExp(`Due, rules of ${date('2026-02-01T08:00:00Z')}`) })).toBeTruthy();
});

test('what the offer added stands in a sentence, with both halves and what was given away', async () => {
  serve(answer({ offer: shown.offer === null ? null : { ...shown.offer, given_away_minor: 43000 } }));
  renderAt('/results');
  const offer = await region('What the offer added');
  expect(offer.getByText(shown.offer?.sentence ?? 'no example')).toBeTruthy();
  expect(offer.getByText('17.9 %')).toBeTruthy();
  expect(offer.getByRole('row', { name: /^With the offer/ }).textContent).toContain('188 of 1,052');
  expect(offer.getByRole('row', { name: /^The email alone/ }).textContent).toContain('125 of 1,052');
  expect(offer.getByText(/\+1\.3 to \+10\.7 points/).textContent).toContain('€430.00 at most, if each of the 172 who ordered used it');
});

test('an offer without a stated cost says where to state it', async () => {
  serve(answer({ offer: shown.offer === null ? null : { ...shown.offer, lift: null, given_away_minor: null } }));
  renderAt('/results');
  const offer = await region('What the offer added');
  expect(offer.getByRole('link', { name: 'cost of the offer not stated' }).getAttribute('href')).toBe('/settings?tab=policy');
  expect(offer.getByText(/Difference: not enough data/)).toBeTruthy();
});

test('without an offer there is no card about it', async () => {
  serve(answer({ offer: null }));
  renderAt('/results');
  await region('By month');
  expect(screen.queryByRole('region', { name: 'What the offer added' })).toBeNull();
});

test('what stands outside is told with its reason', async () => {
  serve();
  renderAt('/results');
  const outside = await region('What stands outside');
  expect(outside.getByText(/only a person’s first episode counts/)).toBeTruthy();
  expect(outside.getByText('310')).toBeTruthy();
  expect(outside.getByText('120')).toBeTruthy();
});

test('a result that does not load offers to try again, and does', async () => {
  let broken = true;
  serve({ getResults: () => (broken ? refuse(403, 'This needs the role viewer.') : { status: 200, body: shown }) });
  const user = renderAt('/results');
  const again = await screen.findByRole('button', { name: 'Try again' });
  broken = false;
  await user.click(again);
  await screen.findByText(shown.sentence);
});

test('prints, and says whose result it is on paper', async () => {
  const print = vi.fn();
  vi.stubGlobal('print', print);
  serve({ getSession: ({ example: given }) => ({ status: 200, body: given as Session }) });
  const user = renderAt('/results');
  await region('The result');
  await user.click(screen.getByRole('button', { name: 'Print' }));
  await waitFor(() => {
    expect(print).toHaveBeenCalledOnce();
  });
  expect(screen.getByText(/Fernwood Coffee,/)).toBeTruthy();
});

// SPDX-License-Identifier: AGPL-3.0-or-later
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Policy, PolicyPreview, PolicyPreviewAnswer, Session } from '../../../api/gen';
import { renderAt } from '../../../test/render';
import { example, refuse, serve } from '../../../test/server';

const sample = example<PolicyPreviewAnswer>('previewPolicy');

/** An answer whose emails of the next 30 days are ten times the threshold that was asked for. */
function told(asked: PolicyPreview, change: Partial<PolicyPreviewAnswer> = {}): PolicyPreviewAnswer {
  const figure = { value: (asked.threshold ?? 0) * 10, error: asked.exact === true ? 0 : 25 };
  return { ...sample, basis: asked.exact === true ? 'exact' : 'sample', then: { ...sample.then, next: { ...sample.then.next, emails: figure } }, ...change };
}
const slider = async () => screen.findByRole('slider', { name: 'Slide: Threshold' });
/** The row of the emails expected under the policy of the form. */
const expected = async () => {
  const rows = await screen.findAllByRole('row', { name: /^emails/ });
  return rows[1]?.textContent;
};

test('sliding shows the effect from a sample, then counted', async () => {
  let letCount: () => void = () => undefined;
  const counted = new Promise<void>((done) => {
    letCount = done;
  });
  const server = serve({
    previewPolicy: async ({ body }) => {
      const asked = body as PolicyPreview;
      if (asked.exact === true) await counted;
      return { status: 200, body: told(asked) };
    },
  });
  renderAt('/settings');
  fireEvent.change(await slider(), { target: { value: 42 - 10 } });
  expect(screen.getByLabelText('Threshold')).toHaveProperty('value', '42');
  await waitFor(async () => {
    expect(await expected()).toContain('420 ± 25');
  });
  expect(screen.getByText(/From 4,000 of 100,000 clients/)).toBeTruthy();
  letCount();
  await screen.findByText('Counted from all 100,000 clients.');
  expect(await expected()).toContain('1,200 ± 130420−780');
  const asked = server.to('previewPolicy').map((c) => c.body as PolicyPreview);
  expect(asked.at(-1)).toMatchObject({ threshold: 42, exact: true, daily_episodes: 50, cap_days: 30, holdout_share: 0.2 });
  expect(server.to('putPolicy')).toEqual([]);
});

test('a late answer to an old question is never shown for a newer one', async () => {
  const late: (() => void)[] = [];
  const server = serve({
    previewPolicy: async ({ body }) => {
      const asked = body as PolicyPreview;
      if (asked.threshold === 60) {
        await new Promise<void>((done) => {
          late.push(done);
        });
      }
      return { status: 200, body: told(asked, { basis: 'exact' }) };
    },
  });
  renderAt('/settings');
  const input = await slider();
  fireEvent.change(input, { target: { value: 60 - 10 } });
  await waitFor(() => {
    expect(late).toHaveLength(1);
  });
  fireEvent.change(input, { target: { value: 30 - 10 } });
  await waitFor(async () => {
    expect(await expected()).toContain('300');
  });
  late[0]?.();
  await waitFor(() => {
    expect(server.to('previewPolicy').some((c) => (c.body as PolicyPreview).threshold === 60)).toBe(true);
  });
  expect(await expected()).toContain('300');
  expect(await expected()).not.toContain('600');
});

test('a small shop is counted at once and not asked again', async () => {
  const server = serve({ previewPolicy: ({ body }) => ({ status: 200, body: told(body as PolicyPreview, { basis: 'exact', looked_at: 2000, clients: 2000 }) }) });
  renderAt('/settings');
  await screen.findByText('Counted from all 2,000 clients.');
  fireEvent.change(await slider(), { target: { value: 42 - 10 } });
  await waitFor(async () => {
    expect(await expected()).toContain('420');
  });
  expect(server.to('previewPolicy').map((c) => (c.body as PolicyPreview).exact)).toEqual([false, false]);
});

test('a number out of its range asks nothing and says so', async () => {
  const server = serve();
  const user = renderAt('/settings');
  const threshold = await screen.findByLabelText('Threshold');
  await screen.findByText(/Nothing changes/);
  const before = server.to('previewPolicy').length;
  await user.clear(threshold);
  await screen.findByText(/shown when every number above is there/);
  expect(server.to('previewPolicy').slice(before).every((c) => (c.body as PolicyPreview).threshold === 50)).toBe(true);
});

test('a preview that fails can be asked again, and the form goes on', async () => {
  let broken = true;
  serve({ previewPolicy: ({ body }) => (broken ? refuse(409, 'The policy was being saved.') : { status: 200, body: told(body as PolicyPreview) }) });
  const user = renderAt('/settings');
  const alert = within(await screen.findByRole('alert'));
  expect(alert.getByText(/The policy was being saved/)).toBeTruthy();
  broken = false;
  await user.click(alert.getByRole('button', { name: 'Try again' }));
  await screen.findByText(/Counted from all 100,000 clients/);
  expect(screen.getByLabelText('Threshold')).toHaveProperty('value', '50');
});

test('what cannot be counted is told beside the sample, which stands; a busy shop is asked again by itself', async () => {
  let refusal: 409 | 429 | null = 409;
  const server = serve({
    previewPolicy: ({ body }) => {
      const asked = body as PolicyPreview;
      if (asked.exact === true && refusal !== null) {
        const status = refusal;
        refusal = null;
        return refuse(status, 'Not now.');
      }
      return { status: 200, body: told(asked) };
    },
  });
  const user = renderAt('/settings');
  const again = await screen.findByRole('button', { name: 'Count again' });
  expect(await expected()).toContain('500 ± 25');
  refusal = 429;
  await user.click(again);
  await screen.findByText('Counted from all 100,000 clients.');
  expect(server.to('previewPolicy').map((c) => (c.body as PolicyPreview).exact)).toEqual([false, true, true, true]);
});

test('a detector of chances is slid by its chance', async () => {
  const server = serve({ getPolicy: ({ example: given }) => ({ status: 200, body: { ...(given as Policy), detector: { ...(given as Policy).detector, kind: 'chance', chance: 0.05 } } }) });
  renderAt('/settings');
  const chance = await screen.findByRole('slider', { name: 'Slide: Chance' });
  expect(screen.queryByLabelText('Threshold')).toBeNull();
  expect(chance.getAttribute('aria-valuetext')).toBe('5 %');
  fireEvent.change(chance, { target: { value: Number(chance.getAttribute('value')) + 1 } });
  await waitFor(() => {
    expect((server.to('previewPolicy').at(-1)?.body as PolicyPreview).detector).toMatchObject({ kind: 'chance', chance: 0.06 });
  });
});

test('margin, costs and the usual gap are saved in the units of the record', async () => {
  const server = serve();
  const user = renderAt('/settings');
  await user.type(await screen.findByLabelText('Gross margin'), '40');
  const hour = screen.getByLabelText('An hour of review, EUR');
  await user.clear(hour);
  await user.type(hour, '28.5');
  await user.clear(screen.getByLabelText('Sending one email, EUR'));
  await user.click(screen.getByText('For experts'));
  await user.type(screen.getByLabelText('The shop’s usual gap between orders, days'), '30');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  await waitFor(() => {
    expect(server.to('putPolicy')[0]?.body).toMatchObject({ gross_margin: 0.4, costs: { review_hour_minor: 2850, email_minor: null }, usual_gap_days: 30, detector: { kind: 'score', half_life_days: 90 } });
  });
});

test('a fault in the detector opens the experts’ part', async () => {
  serve({ putPolicy: () => refuse(422, '1 field is wrong.', [{ pointer: '/detector/half_life_days', rule: 'range', detail: 'must be 30 to 360' }]) });
  const user = renderAt('/settings');
  const holdout = await screen.findByLabelText('Holdout');
  await user.clear(holdout);
  await user.type(holdout, '10');
  await user.click(screen.getByRole('button', { name: 'Save the policy' }));
  const fault = await screen.findByText('must be 30 to 360');
  await waitFor(() => {
    expect(fault.closest('details')).toHaveProperty('open', true);
  });
});

test('drawing anew needs a reason and a yes, on the version that was read', async () => {
  const server = serve();
  const user = renderAt('/settings');
  await user.click(await screen.findByRole('button', { name: 'Draw all arms anew' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText(/its proof begins at nothing/)).toBeTruthy();
  const draw = dialog.getByRole('button', { name: 'Draw anew' });
  expect(draw).toHaveProperty('disabled', true);
  await user.type(dialog.getByLabelText('Why?'), 'A new year');
  expect(draw).toHaveProperty('disabled', true);
  await user.click(dialog.getByLabelText('Yes, draw every person anew'));
  await user.click(draw);
  await waitFor(() => {
    expect(server.to('rotateSalt')[0]?.body).toEqual({ reason: 'A new year' });
  });
  expect(server.to('rotateSalt')[0]?.headers.get('if-match')).toBe('"3"');
});

test('a viewer sees the effect and cannot slide or draw', async () => {
  serve({ getSession: ({ example: given }) => ({ status: 200, body: { ...(given as Session), role: 'viewer' } }) });
  renderAt('/settings');
  await screen.findByText(/Nothing changes/);
  expect(await slider()).toHaveProperty('disabled', true);
  expect(screen.getByRole('button', { name: 'Draw all arms anew' })).toHaveProperty('disabled', true);
});

// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Dashboard, Pipeline, PipelineWriter } from '../../api/gen';
import { renderAt } from '../../test/render';
import { serve } from '../../test/server';
import { plain } from '../../test/text';

const card = async () => within(await screen.findByRole('region', { name: 'Writer' }));

function serveWriter(change: Partial<PipelineWriter>) {
  serve({
    getPipeline: ({ example }) => {
      const pipeline = example as Pipeline;
      return { status: 200, body: { ...pipeline, writer: { ...pipeline.writer, ...change } } };
    },
    getDashboard: ({ example }) => ({ status: 200, body: { ...(example as Dashboard), writer: { state: change.state ?? 'ok', detail: change.detail ?? null } } }),
  });
  renderAt('/pipeline');
}

test('queue, calls under way, pace, breaker, money and the last error stand on one card', async () => {
  serveWriter({});
  const writer = await card();
  expect(writer.getByText('openai/gpt-4o-mini at openai writes the drafts.')).toBeTruthy();
  expect(writer.getByText('2 of 4 (8 when all is well)')).toBeTruthy();
  expect(writer.getByText('41 of 60')).toBeTruthy();
  expect(writer.getByText('Requests leave')).toBeTruthy();
  expect(writer.getByText(/asked to wait for 4 s/)).toBeTruthy();
  expect(plain(writer.getByRole('img').getAttribute('aria-label'))).toContain('may have been billed');
  expect(writer.queryByText(/midnight UTC/)).toBeNull();
});

test('drafts that wait for tomorrow’s money are told with their number', async () => {
  serveWriter({ budget: { day: '2026-11-24', cap_usd: 0.5, spent_usd: 0.47, reserved_usd: 0, unknown_usd: 0.03, left_usd: 0, waiting_drafts: 163 } });
  expect((await card()).getByText('163 drafts wait for midnight UTC')).toBeTruthy();
});

test('an open breaker says when it tries again', async () => {
  serveWriter({ breaker: 'open', not_before_ms: 42_000 });
  expect((await card()).getByText('Stopped after failures; one request tries again in 42 s')).toBeTruthy();
});

test('the built-in writer shows no limits and no money', async () => {
  serveWriter({ kind: 'template', model: null, provider: null, budget: null, last_error: null, last_error_at: null });
  const writer = await card();
  expect(writer.getByText('The built-in template writer writes the drafts.')).toBeTruthy();
  expect(writer.queryByRole('img')).toBeNull();
  expect(writer.queryByText('Breaker')).toBeNull();
});

test('a degraded writer is told on the card and on every page', async () => {
  serveWriter({ state: 'degraded', detail: 'The key is not valid: set REKINDLE_LLM_KEY.' });
  expect((await card()).getByText(/The key is not valid: set REKINDLE_LLM_KEY\. Drafts wait; nothing is lost\./)).toBeTruthy();
  const alert = await screen.findByRole('alert');
  expect(plain(alert.textContent)).toContain('The writer is degraded: The key is not valid: set REKINDLE_LLM_KEY. Drafts wait; nothing is lost.');
  expect(within(alert).getByRole('link', { name: 'Look at Pipeline' }).getAttribute('href')).toBe('/pipeline');
});

test('a writer that is only being checked raises no alarm', async () => {
  serveWriter({ state: 'checking', detail: 'Its key, model and price are being checked.' });
  expect((await card()).getByText(/just started/)).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

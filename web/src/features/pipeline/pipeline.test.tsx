// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderAt } from '../../test/render';
import { pageOf, serve } from '../../test/server';

test('the stages stand in the order of the flow with what waits', async () => {
  serve();
  renderAt('/pipeline');
  const flow = within(await screen.findByRole('list', { name: 'Stages' }));
  expect(flow.getAllByRole('heading').map((h) => h.textContent)).toEqual(['Change', 'Score', 'Due', 'Draft', 'Review', 'Send', 'Outcome']);
  expect(flow.getByText('dead letters')).toBeTruthy();
});

test('a dead letter shows its reason and is let run again', async () => {
  const server = serve();
  const user = renderAt('/pipeline');
  await screen.findByText('The writer gave no draft after 4 attempts');
  await user.click(screen.getByRole('button', { name: 'Run again' }));
  await waitFor(() => {
    expect(server.to('redriveJob')).toHaveLength(1);
  });
});

test('a dropped dead letter is gone', async () => {
  let dropped = false;
  serve({
    listJobs: ({ example }) => (dropped ? pageOf([]) : { status: 200, body: example }),
    dismissJob: () => {
      dropped = true;
      return { status: 204 };
    },
  });
  const user = renderAt('/pipeline');
  await user.click(await screen.findByRole('button', { name: 'Drop' }));
  await screen.findByText('None.');
});

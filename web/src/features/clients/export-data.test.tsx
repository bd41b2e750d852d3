// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Session } from '../../api/gen';
import { renderAt } from '../../test/render';
import { example, refuse, serve } from '../../test/server';

const as = (role: Session['role']) => ({ getSession: () => ({ status: 200, body: { ...example<Session>('getSession'), role } }) });

afterEach(() => {
  vi.restoreAllMocks();
});

// jsdom makes no addresses of blobs and follows no download.
function watchSaving() {
  const saved: { name: string; blob: Blob }[] = [];
  let blob = new Blob();
  URL.createObjectURL = (of) => {
    blob = of as Blob;
    return 'blob:made';
  };
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push({ name: this.download, blob });
  });
  return saved;
}

test('an admin saves all that is kept of the person as a file', async () => {
  const server = serve(as('admin'));
  const saved = watchSaving();
  const user = renderAt('/clients/c-1042');
  await user.click(await screen.findByRole('button', { name: 'Export data' }));
  await waitFor(() => {
    expect(saved).toHaveLength(1);
  });
  expect(server.to('exportClient').map(({ url }) => url.pathname)).toEqual(['/api/v1/clients/c-1042/export']);
  expect(saved[0]?.name).toBe('export-c-1042.json');
  expect(JSON.parse((await saved[0]?.blob.text()) ?? '')).toEqual(example('exportClient'));
});

test('a refusal is said and nothing is saved', async () => {
  serve({ ...as('admin'), exportClient: () => refuse(409, 'The person is being erased.') });
  const saved = watchSaving();
  const user = renderAt('/clients/c-1042');
  await user.click(await screen.findByRole('button', { name: 'Export data' }));
  await screen.findByText('The person is being erased.');
  expect(saved).toEqual([]);
});

test.each(['viewer', 'reviewer'] as const)('a %s is told that only an admin may', async (role) => {
  serve(as(role));
  renderAt('/clients/c-1042');
  expect(await screen.findByRole('button', { name: 'Export data' })).toHaveProperty('disabled', true);
  expect(screen.getByText('Only an admin may export what is kept of a person.')).toBeTruthy();
});

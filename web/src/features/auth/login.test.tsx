// SPDX-License-Identifier: AGPL-3.0-or-later
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderAt } from '../../test/render';
import { refuse, serve } from '../../test/server';

const signedOut = () => refuse(401, 'Sign in.');

test('someone without a session is led to the login and, signed in, back to where they wanted', async () => {
  let signedIn = false;
  const server = serve({
    getSession: ({ example }) => (signedIn ? { status: 200, body: example } : signedOut()),
    logIn: ({ example }) => {
      signedIn = true;
      return { status: 200, body: example };
    },
  });
  const user = renderAt('/emails?status=rehearsed');
  await user.type(await screen.findByLabelText('Email'), 'ines@fernwood.example');
  await user.type(screen.getByLabelText('Password'), 'correct horse');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await screen.findByRole('heading', { name: 'Emails' });
  expect(window.location.pathname + window.location.search).toBe('/emails?status=rehearsed');
  expect(server.to('logIn')[0]?.body).toEqual({ email: 'ines@fernwood.example', password: 'correct horse' });
});

test('a refused login says so and keeps the email', async () => {
  serve({ getSession: signedOut, logIn: signedOut });
  const user = renderAt('/login');
  const email = await screen.findByLabelText('Email');
  await user.type(email, 'ines@fernwood.example');
  await user.type(screen.getByLabelText('Password'), 'wrong');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect((await screen.findByRole('alert')).textContent).toBe('This email and password do not belong together.');
  expect(email).toHaveProperty('value', 'ines@fernwood.example');
});

test('a link cannot send someone to another site after the login', async () => {
  serve({ getSession: signedOut });
  const user = renderAt('/login?next=//evil.example/');
  await user.type(await screen.findByLabelText('Email'), 'a@b.example');
  await user.type(screen.getByLabelText('Password'), 'x');
  serve();
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await waitFor(() => {
    expect(window.location.pathname).toBe('/today');
  });
});

test('signing out forgets everything and leads to the login', async () => {
  const server = serve();
  const user = renderAt('/today');
  await screen.findByRole('heading', { name: 'Today' });
  await user.click(screen.getByRole('button', { name: 'Sign out' }));
  await screen.findByRole('button', { name: 'Sign in' });
  const call = server.to('logOut')[0];
  expect(call?.headers.get('x-rk-csrf')).toBe('Zm9yLXRoZS1leGFtcGxlLW9ubHk');
});

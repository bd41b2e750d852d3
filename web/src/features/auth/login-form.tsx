// SPDX-License-Identifier: AGPL-3.0-or-later
// Email and password. A refusal keeps what was typed and says the same for an unknown address and a wrong password.
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconFlame } from '@tabler/icons-react';
import { Problem } from '../../api/problem';
import { useLogIn } from './api';
import classes from './login-form.module.css';

/** What to tell a person whose login was refused. */
function refusal(error: unknown): string {
  if (!(error instanceof Problem)) return 'Something unexpected happened. Try again.';
  if (error.status === 401) return 'This email and password do not belong together.';
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.';
  return error.message;
}

export function LoginForm({ onDone }: { onDone: () => void }) {
  const logIn = useLogIn();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (v) => (v.trim() === '' ? 'Type your email' : null),
      password: (v) => (v === '' ? 'Type your password' : null),
    },
  });
  return (
    <main className={classes.page}>
      <form
        className={classes.card}
        onSubmit={form.onSubmit((values) => {
          logIn.mutate({ ...values, email: values.email.trim() }, { onSuccess: onDone });
        })}
      >
        <div className={classes.brand}>
          <IconFlame size={26} aria-hidden />
          <h1>Rekindle</h1>
        </div>
        <Stack gap={14}>
          <TextInput label="Email" type="email" autoComplete="username" autoFocus key={form.key('email')} {...form.getInputProps('email')} />
          <PasswordInput label="Password" autoComplete="current-password" key={form.key('password')} {...form.getInputProps('password')} />
          {logIn.isError && (
            <p role="alert" className={classes.refusal}>
              {refusal(logIn.error)}
            </p>
          )}
          <Button type="submit" fullWidth loading={logIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </main>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may sign in, with which role; adding, disabling, changing the role.
import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Role, Staff } from '../../api/gen';
import { fieldErrors, Problem, sentence } from '../../api/problem';
import { Card } from '../../components/card';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { Badge } from '../../components/state-badge';
import { When } from '../../components/when';
import { useSession } from '../../lib/session';
import { staffQuery, useAddStaff, usePatchStaff } from './api';
import classes from './settings.module.css';

const roles: { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer: reads' },
  { value: 'reviewer', label: 'Reviewer: decides' },
  { value: 'admin', label: 'Admin: everything' },
];

const toRole = (value: string): Role => roles.find((r) => r.value === value)?.value ?? 'viewer';

export function PeopleTab() {
  const query = useInfiniteQuery(staffQuery);
  const people = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <Card title="People">
        {query.isPending && <RowsSkeleton rows={3} height={40} />}
        {query.isError && people.length === 0 && <ErrorState what="The list of people" error={query.error} retry={() => void query.refetch()} />}
        <ul className={classes.rows}>
          {people.map((person) => (
            <Person key={person.id} person={person} />
          ))}
        </ul>
        <LoadMore query={query} />
      </Card>
      <AddPerson />
    </>
  );
}

function Person({ person }: { person: Staff }) {
  const patch = usePatchStaff();
  const me = useSession().staff_id === person.id;
  const onError = (error: unknown) => {
    notifications.show({ color: 'red', title: 'Not changed', message: sentence(error) });
  };
  return (
    <li>
      <div>
        <b>{person.email}</b> {me && <Badge label="you" tone="blue" />} {person.disabled && <Badge label="disabled" tone="calm" />}
        <small>
          Since <When at={person.created_at} />
        </small>
      </div>
      <NativeSelect
        size="xs"
        aria-label={`Role of ${person.email}`}
        value={person.role}
        data={roles}
        disabled={patch.isPending}
        onChange={(event) => {
          patch.mutate({ person, change: { role: toRole(event.currentTarget.value) } }, { onError });
        }}
      />
      <Button
        size="xs"
        variant="default"
        disabled={me || patch.isPending}
        title={me ? 'You cannot disable yourself' : undefined}
        onClick={() => {
          patch.mutate({ person, change: { disabled: !person.disabled } }, { onError });
        }}
      >
        {person.disabled ? 'Enable' : 'Disable'}
      </Button>
    </li>
  );
}

function AddPerson() {
  const add = useAddStaff();
  const form = useForm({
    initialValues: { email: '', role: 'reviewer', password: '' },
    validate: {
      email: (v) => (/^\S+@\S+$/.test(v.trim()) ? null : 'An email address is needed'),
      password: (v) => (v.length < 12 ? 'At least 12 characters' : null),
    },
  });
  return (
    <Card title="Add a person">
      <form
        className={classes.inline}
        onSubmit={form.onSubmit((values) => {
          add.mutate(
            { email: values.email.trim(), role: toRole(values.role), password: values.password },
            {
              onSuccess: (person) => {
                form.reset();
                notifications.show({ color: 'teal', title: 'Added', message: person.email });
              },
              onError: (error) => {
                if (error instanceof Problem) form.setErrors(fieldErrors(error));
              },
            },
          );
        })}
      >
        <TextInput label="Email" type="email" autoComplete="off" {...form.getInputProps('email')} />
        <NativeSelect label="Role" data={roles} {...form.getInputProps('role')} />
        <PasswordInput label="First password" autoComplete="new-password" {...form.getInputProps('password')} />
        <Button type="submit" loading={add.isPending}>
          Add
        </Button>
      </form>
      {add.isError && (
        <p role="alert" className={classes.refusal}>
          {sentence(add.error)}
        </p>
      )}
    </Card>
  );
}

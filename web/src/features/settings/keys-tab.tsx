// SPDX-License-Identifier: AGPL-3.0-or-later
// API keys: a new one is shown this once, then only its name and use.
import { Button, Code, CopyButton, Group, NativeSelect, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Key, KeyCreated, Scope } from '../../api/gen';
import { sentence } from '../../api/problem';
import { Card } from '../../components/card';
import { ConfirmButton } from '../../components/confirm-button';
import { EmptyState } from '../../components/empty-state';
import { ErrorState } from '../../components/error-state';
import { LoadMore } from '../../components/load-more';
import { RowsSkeleton } from '../../components/rows-skeleton';
import { Badge } from '../../components/state-badge';
import { When } from '../../components/when';
import { keysQuery, useCreateKey, useRevokeKey } from './api';
import classes from './settings.module.css';

const scopes: { value: Scope; label: string }[] = [
  { value: 'ingest', label: 'Ingest: sends orders and clients' },
  { value: 'read', label: 'Read: reports' },
  { value: 'delivery', label: 'Delivery: reports of mails, nothing else' },
  { value: 'admin', label: 'Admin: everything' },
];

export function KeysTab() {
  const query = useInfiniteQuery(keysQuery);
  const keys = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <>
      <Card title="API keys">
        {query.isPending && <RowsSkeleton rows={2} height={40} />}
        {query.isError && keys.length === 0 && <ErrorState what="The list of keys" error={query.error} retry={() => void query.refetch()} />}
        {query.isSuccess && keys.length === 0 && (
          <EmptyState title="There is no key yet.">
            <span>The shop’s system needs one to send its orders.</span>
          </EmptyState>
        )}
        <ul className={classes.rows}>
          {keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} />
          ))}
        </ul>
        <LoadMore query={query} />
      </Card>
      <NewKey />
    </>
  );
}

function KeyRow({ apiKey }: { apiKey: Key }) {
  const revoke = useRevokeKey();
  const revoked = apiKey.revoked_at !== null;
  return (
    <li>
      <div>
        <b>{apiKey.name}</b> <Badge label={apiKey.scope} tone="blue" />
        <small>
          {apiKey.last_used_at === null ? 'Never used' : <>Last used <When at={apiKey.last_used_at} as="relative" /></>}
          {apiKey.revoked_at !== null && (
            <>
              , revoked <When at={apiKey.revoked_at} />
            </>
          )}
        </small>
      </div>
      {!revoked && (
        <ConfirmButton
          label="Revoke"
          title={`Revoke “${apiKey.name}”?`}
          text="Whatever uses it stops at once. This cannot be undone."
          busy={revoke.isPending}
          onConfirm={() => {
            revoke.mutate(apiKey.id, {
              onError: (error) => {
                notifications.show({ color: 'red', title: 'Not revoked', message: sentence(error) });
              },
            });
          }}
        />
      )}
    </li>
  );
}

function NewKey() {
  const create = useCreateKey();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('ingest');
  const [made, setMade] = useState<KeyCreated | null>(null);
  return (
    <Card title="Create a key">
      <form
        className={classes.inline}
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(
            { name: name.trim(), scope },
            {
              onSuccess: (key) => {
                setMade(key);
                setName('');
              },
            },
          );
        }}
      >
        <TextInput label="Name" description="What will use it" maxLength={100} value={name} onChange={(event) => { setName(event.currentTarget.value); }} />
        <NativeSelect
          label="Scope"
          description="As little as it needs"
          data={scopes}
          value={scope}
          onChange={(event) => {
            setScope(scopes.find((s) => s.value === event.currentTarget.value)?.value ?? 'read');
          }}
        />
        <Button type="submit" loading={create.isPending} disabled={name.trim() === ''} title={name.trim() === '' ? 'Give it a name first' : undefined}>
          Create
        </Button>
      </form>
      {create.isError && (
        <p role="alert" className={classes.refusal}>
          {sentence(create.error)}
        </p>
      )}
      {made !== null && (
        <div role="status" className={classes.once}>
          <p>
            <b>{made.name}</b>: copy the key now. It is not shown again.
          </p>
          <Group gap={8}>
            <Code className={classes.secret}>{made.key}</Code>
            <CopyButton value={made.key}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
            <Button size="xs" variant="subtle" color="gray" onClick={() => { setMade(null); }}>
              Done
            </Button>
          </Group>
        </div>
      )}
    </Card>
  );
}

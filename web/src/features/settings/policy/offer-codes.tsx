// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of one-time codes: how many are left, and a box to paste more. Each is printed in one email and never again.
import { Button, Skeleton, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sentence } from '../../../api/problem';
import { Card } from '../../../components/card';
import { ErrorState } from '../../../components/error-state';
import { count } from '../../../lib/format';
import { useCan } from '../../../lib/session';
import { offerCodesQuery, useAddOfferCodes } from '../api';
import settings from '../settings.module.css';
import { faultyCode, toCodes } from './offer-form';

const MOST = 5000;

export function OfferCodes() {
  const query = useQuery(offerCodesQuery);
  return (
    <Card title="One-time codes">
      {query.isPending && <Skeleton h={40} radius={8} role="status" aria-label="Loading" aria-busy="true" />}
      {query.isError && <ErrorState what="The codes" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && (
        <p className={settings.note}>
          {query.data.free === 0 ? 'No code is left: an email that should have one is not written until there are more.' : `${count(query.data.free)} left.`} {count(query.data.used)} were given away.
        </p>
      )}
      <Paste />
    </Card>
  );
}

function Paste() {
  const add = useAddOfferCodes();
  const may = useCan('admin');
  const [text, setText] = useState('');
  const codes = toCodes(text);
  const faulty = faultyCode(codes);
  const why = faulty !== undefined ? `“${faulty}” is no code: 3 to 40 of A-Z a-z 0-9 _ -` : codes.length > MOST ? `At most ${count(MOST)} at a time` : undefined;
  const submit = () => {
    add.mutate(codes, {
      onSuccess: ({ added, present }) => {
        setText('');
        notifications.show({ color: 'teal', title: `${count(added)} added`, message: present === 0 ? 'All of them were new.' : `${count(present)} were there already or came twice.` });
      },
    });
  };
  return (
    <>
      <Textarea
        mt={10}
        autosize
        minRows={3}
        maxRows={10}
        label="Paste codes"
        description="One a line, or with commas between"
        disabled={!may}
        value={text}
        error={why}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <Button mt={10} variant="default" loading={add.isPending} disabled={!may || codes.length === 0 || why !== undefined} title={may ? undefined : 'Only an admin may add codes'} onClick={submit}>
        {codes.length === 0 ? 'Add codes' : `Add ${count(codes.length)} ${codes.length === 1 ? 'code' : 'codes'}`}
      </Button>
      {add.isError && (
        <p role="alert" className={settings.refusal}>
          {sentence(add.error)}
        </p>
      )}
    </>
  );
}

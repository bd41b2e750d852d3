// SPDX-License-Identifier: AGPL-3.0-or-later
// One email from its reason to its outcome: what it says, what was checked, who did what, what the relay answered, what
// left the house.
import { Button, Group, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import type { Email } from '../../api/gen';
import { sentence } from '../../api/problem';
import { paths } from '../../app/paths';
import { Card } from '../../components/card';
import { CheckList } from '../../components/check-list';
import { ErrorState } from '../../components/error-state';
import { FactList } from '../../components/fact-list';
import { LinkButton } from '../../components/link-button';
import { defaultLook, MailPreview, PreviewControls } from '../../components/mail-preview';
import { ScoreParts } from '../../components/score-parts';
import { Badge, EmailBadge } from '../../components/state-badge';
import { When } from '../../components/when';
import { personName } from '../../lib/format';
import { languageName } from '../../lib/languages';
import { emailReason } from '../../lib/reasons';
import { useCan, useSession } from '../../lib/session';
import { emailQuery, rawQuery, useResolve, useRetry } from './api';
import { DeliveryCard } from './delivery-card';
import classes from './emails.module.css';
import { life } from './life';
import { WritingCards } from './writing-cards';

export function EmailPage({ id }: { id: string }) {
  const query = useQuery(emailQuery(id));
  if (query.isPending) {
    return (
      <Stack p={28} gap={14} role="status" aria-label="Loading" aria-busy="true">
        <Skeleton h={50} w="60%" />
        <Skeleton h={420} radius={12} />
      </Stack>
    );
  }
  if (query.isError) return <ErrorState what="This email" error={query.error} retry={() => void query.refetch()} />;
  return <Loaded email={query.data} />;
}

function Loaded({ email }: { email: Email }) {
  const { staff_id: staffId } = useSession();
  const reason = emailReason(email);
  const waits = email.status === 'in_review' || email.status === 'blocked';
  return (
    <div className={classes.email}>
      <Link to={paths.emails} className={classes.back}>
        <IconArrowLeft size={14} aria-hidden />
        Emails
      </Link>
      <header>
        <div>
          <h1>
            {email.subject ?? 'No subject yet'} <EmailBadge status={email.status} /> {email.language !== null && <Badge label={languageName(email.language)} tone="calm" />}
          </h1>
          <p>
            To{' '}
            <Link to={paths.client} params={{ id: email.client_id }}>
              {personName(email.client, email.client_id)}
            </Link>
            {reason !== null && <> · {reason}</>}
          </p>
          {email.hint !== null && <p>Wished for: {email.hint}</p>}
        </div>
        <Group gap={8}>
          {waits && (
            <LinkButton to={paths.today} search={{ id: email.id }}>
              Review
            </LinkButton>
          )}
          {email.status === 'draft_failed' && <Retry email={email} />}
          {email.status === 'uncertain' && <Settle email={email} />}
        </Group>
      </header>
      <div className={classes.two}>
        <Message email={email} />
        <div>
          <DeliveryCard email={email} />
          <Card title="Life">
            <ol className={classes.life}>
              {life(email, staffId).map((event) => (
                <li key={`${event.at} ${event.title}`}>
                  <b>{event.title}</b>
                  <When at={event.at} as="datetime" />
                  {event.note !== null && event.note !== '' && <span>{event.note}</span>}
                </li>
              ))}
            </ol>
          </Card>
          <Card title="Why this client">
            <p className={classes.sentence}>{email.evidence.sentence}</p>
            {email.evidence.parts !== null && email.score !== null && <ScoreParts parts={email.evidence.parts} score={email.score} />}
          </Card>
          {email.checks.length > 0 && (
            <Card title="Checks">
              <CheckList checks={email.checks} />
            </Card>
          )}
          {email.facts.length > 0 && (
            <Card title="Facts">
              <FactList email={email} />
            </Card>
          )}
          <WritingCards email={email} />
        </div>
      </div>
    </div>
  );
}

function Message({ email }: { email: Email }) {
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [look, setLook] = useState(defaultLook);
  const [view, setView] = useState<'seen' | 'raw'>('seen');
  const left = email.attempts.length > 0;
  const switcher = left && (
    <SegmentedControl
      size="xs"
      value={view}
      aria-label="View"
      data={[
        { value: 'seen', label: 'As seen' },
        { value: 'raw', label: 'As it left' },
      ]}
      onChange={(value) => {
        setView(value === 'raw' ? 'raw' : 'seen');
      }}
    />
  );
  return (
    <Card
      title="Message"
      aside={
        <Group gap={8}>
          {view === 'seen' && <PreviewControls look={look} onChange={setLook} phone={phone} />}
          {switcher}
        </Group>
      }
    >
      {view === 'raw' ? (
        <Raw id={email.id} />
      ) : (
        <div className={classes.preview}>
          <MailPreview email={email} look={look} />
        </div>
      )}
    </Card>
  );
}

function Raw({ id }: { id: string }) {
  const raw = useQuery(rawQuery(id));
  if (raw.isPending) return <Skeleton h={420} radius={10} />;
  if (raw.isError) return <ErrorState what="The message" error={raw.error} retry={() => void raw.refetch()} />;
  return (
    <pre className={classes.raw} tabIndex={0} aria-label="Message as it left">
      {raw.data}
    </pre>
  );
}

function Retry({ email }: { email: Email }) {
  const retry = useRetry(email);
  const may = useCan('reviewer');
  return (
    <div>
      <Button
        loading={retry.isPending}
        disabled={!may}
        title={may ? undefined : 'Your role may read, not decide.'}
        onClick={() => {
          retry.mutate(undefined);
        }}
      >
        Try again
      </Button>
      {retry.isError && <p role="alert">{sentence(retry.error)}</p>}
    </div>
  );
}

function Settle({ email }: { email: Email }) {
  const resolve = useResolve(email);
  const may = useCan('reviewer');
  const why = may ? undefined : 'Your role may read, not decide.';
  return (
    <div className={classes.settle}>
      <p>Nobody knows whether the relay took it; it is never sent again by itself. What do its logs say?</p>
      <Group gap={8}>
        <Button
          variant="default"
          disabled={!may || resolve.isPending}
          title={why}
          onClick={() => {
            resolve.mutate('sent');
          }}
        >
          It was sent
        </Button>
        <Button
          variant="default"
          disabled={!may || resolve.isPending}
          title={why}
          onClick={() => {
            resolve.mutate('failed');
          }}
        >
          It was not sent
        </Button>
      </Group>
      {resolve.isError && <p role="alert">{sentence(resolve.error)}</p>}
    </div>
  );
}

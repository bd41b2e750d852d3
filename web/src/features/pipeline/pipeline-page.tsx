// SPDX-License-Identifier: AGPL-3.0-or-later
// The circle as it runs: seven stages from a change to its outcome, each with what waits, what is done and how late it
// is; below it the relay, the order feed and the writer with its limits and its money; last, the dead letters.
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Feed, Pipeline, PipelinePart, PipelineWebhook, Stage } from '../../api/gen';
import { Card } from '../../components/card';
import { ErrorState } from '../../components/error-state';
import { Badge } from '../../components/state-badge';
import { When } from '../../components/when';
import { count, duration } from '../../lib/format';
import { pipelineQuery } from './api';
import { DeadLetters } from './dead-letters';
import classes from './pipeline.module.css';
import { WriterCard } from './writer-card';

const words: Record<Stage['name'], [string, string]> = {
  change: ['Change', 'A record was written'],
  score: ['Score', 'The client’s score and timer move'],
  due: ['Due', 'The score crossed the threshold'],
  draft: ['Draft', 'One grounded email is written and checked'],
  review: ['Review', 'People decide in Today'],
  send: ['Send', 'Handed to the relay once'],
  outcome: ['Outcome', 'An order, a bounce, an opt-out: a change again'],
};

export function PipelinePage() {
  const query = useQuery(pipelineQuery);
  return (
    <div className={classes.page}>
      <h1>Pipeline</h1>
      {query.isPending && (
        <Stack gap={14} role="status" aria-label="Loading" aria-busy="true">
          <Skeleton h={150} radius={12} />
          <Skeleton h={120} radius={12} />
        </Stack>
      )}
      {query.isError && !query.data && <ErrorState what="The pipeline" error={query.error} retry={() => void query.refetch()} />}
      {query.data && <Flow pipeline={query.data} />}
      <DeadLetters />
    </div>
  );
}

function Flow({ pipeline }: { pipeline: Pipeline }) {
  return (
    <>
      <ol className={classes.flow} aria-label="Stages">
        {pipeline.stages.map((stage) => (
          <StageBox key={stage.name} stage={stage} />
        ))}
      </ol>
      <div className={classes.parts}>
        <Part title="Timers" value={`${count(pipeline.timers)} armed`} detail="One a client, set to the due moment" />
        <Dependency title="Mail" part={pipeline.mailer} />
        {pipeline.webhook && <Tools webhook={pipeline.webhook} />}
        <FeedPart feed={pipeline.feed} />
      </div>
      <WriterCard writer={pipeline.writer} />
    </>
  );
}

function StageBox({ stage }: { stage: Stage }) {
  const [label, text] = words[stage.name];
  return (
    <li className={classes.stage} data-bad={stage.dead > 0 || undefined}>
      <h2>{label}</h2>
      <p>{text}</p>
      <dl>
        <div>
          <dt>{stage.name === 'review' ? 'waiting for people' : 'waiting'}</dt>
          <dd>{count(stage.waiting)}</dd>
        </div>
        <div>
          <dt>done</dt>
          <dd>{count(stage.done)}</dd>
        </div>
        {stage.running > 0 && (
          <div>
            <dt>running</dt>
            <dd>{count(stage.running)}</dd>
          </div>
        )}
        {stage.lag_ms !== null && (
          <div>
            <dt>oldest waits</dt>
            <dd>{duration(stage.lag_ms)}</dd>
          </div>
        )}
        {stage.dead > 0 && (
          <div data-bad>
            <dt>dead letters</dt>
            <dd>{count(stage.dead)}</dd>
          </div>
        )}
      </dl>
    </li>
  );
}

function Part({ title, value, detail, tone = 'calm' }: { title: string; value: string; detail: React.ReactNode; tone?: 'ok' | 'warn' | 'bad' | 'calm' }) {
  return (
    <Card title={title} aside={<Badge label={value} tone={tone} />}>
      <p className={classes.detail}>{detail}</p>
    </Card>
  );
}

const tones = { ok: 'ok', degraded: 'warn', down: 'bad' } as const;
const kinds: Record<string, string> = { maildir: 'Rehearsal: kept here, not sent', smtp: 'SMTP relay', ses: 'Amazon SES' };

// Who else mails these clients hears of unsubscribes, complaints and hard bounces; what they have not accepted waits here.
function Tools({ webhook }: { webhook: PipelineWebhook }) {
  const waits = webhook.waiting > 0;
  return (
    <Part
      title="Other tools"
      value={waits ? `${count(webhook.waiting)} waiting` : 'told'}
      tone={waits ? 'warn' : 'ok'}
      detail={
        webhook.oldest_at === null ? (
          'Every unsubscribe, complaint and hard bounce was accepted.'
        ) : (
          <>
            The oldest happened <When at={webhook.oldest_at} />
            {webhook.last_error !== null && `; the last try ended with ${webhook.last_error}`}.
          </>
        )
      }
    />
  );
}

function Dependency({ title, part }: { title: string; part: PipelinePart }) {
  const kind = kinds[part.kind] ?? part.kind;
  return <Part title={title} value={part.state} tone={tones[part.state]} detail={part.detail === null ? kind : `${kind}. ${part.detail}`} />;
}

const feedTones: Record<Feed['state'], 'ok' | 'warn' | 'bad' | 'calm'> = { flowing: 'ok', settling: 'warn', stale: 'bad', never: 'calm' };

function FeedPart({ feed }: { feed: Feed }) {
  return (
    <Part
      title="Order feed"
      value={feed.state}
      tone={feedTones[feed.state]}
      detail={
        <>
          {feed.reason}{' '}
          {feed.last_order_at === null ? (
            'No order was ever reported.'
          ) : (
            <>
              Last order <When at={feed.last_order_at} as="datetime" />.
            </>
          )}
          {feed.last_report_at !== null && (
            <>
              {' '}
              Last report <When at={feed.last_report_at} as="datetime" />.
            </>
          )}
        </>
      }
    />
  );
}

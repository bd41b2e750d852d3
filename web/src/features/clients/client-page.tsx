// SPDX-License-Identifier: AGPL-3.0-or-later
// One client: the figures, the time line with the score past and ahead, what happened, and what we may do.
import { SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import type { Client, Email, Order, Score } from '../../api/gen';
import { paths } from '../../app/paths';
import { ErrorState } from '../../components/error-state';
import { Card } from '../../components/card';
import { BandBadge } from '../../components/state-badge';
import { useNow } from '../../lib/clock';
import { date, personName } from '../../lib/format';
import { clientEmailsQuery, clientOrdersQuery, clientQuery, scoreQuery } from './api';
import { AskForDraft } from './ask-for-draft';
import { ClientFigures } from './client-figures';
import classes from './client.module.css';
import { Happened } from './happened';
import { Legend } from './legend';
import { MayDo } from './may-do';
import { ScoreNow } from './score-now';
import { TimeLine } from './time-line';

export type Range = '4' | '12' | '24';
const MONTH_MS = 30.44 * 86_400_000;

interface Props {
  id: string;
  range: Range;
  onRange: (range: Range) => void;
}

export function ClientPage({ id, range, onRange }: Props) {
  const client = useQuery(clientQuery(id));
  const score = useQuery(scoreQuery(id));
  const orders = useQuery(clientOrdersQuery(id));
  const emails = useQuery(clientEmailsQuery(id));
  if (client.isPending) {
    return (
      <Stack p={28} gap={14} role="status" aria-label="Loading" aria-busy="true">
        <Skeleton h={56} w="50%" />
        <Skeleton h={96} radius={12} />
        <Skeleton h={360} radius={12} />
      </Stack>
    );
  }
  if (client.isError) return <ErrorState what="This client" error={client.error} retry={() => void client.refetch()} />;
  const c = client.data;
  const place = [c.country, c.time_zone].filter((part) => part !== null).join(', ');
  return (
    <div className={classes.client}>
      <Link to={paths.clients} className={classes.back}>
        <IconArrowLeft size={14} aria-hidden />
        Clients
      </Link>
      <header>
        <div>
          <h1>
            {personName(c, c.id)} <BandBadge band={c.engagement.band} />
          </h1>
          <p>{[c.email, place, `client since ${date(c.created_at)}`].filter((part) => part !== null && part !== '').join(' · ')}</p>
        </div>
        <AskForDraft client={c} />
      </header>
      <ClientFigures client={c} threshold={score.data?.threshold} />
      {score.isError && (
        <Card title="Time line">
          <ErrorState what="The score" error={score.error} retry={() => void score.refetch()} />
        </Card>
      )}
      {score.isPending && <Skeleton h={360} radius={12} mb={14} />}
      {score.isSuccess && <History client={c} score={score.data} orders={orders.data ?? []} emails={emails.data ?? []} range={range} onRange={onRange} />}
      <div className={classes.two}>
        <Happened id={id} />
        <div>
          {score.isSuccess && <ScoreNow score={score.data} />}
          <MayDo client={c} />
        </div>
      </div>
    </div>
  );
}

interface HistoryProps {
  client: Client;
  score: Score;
  orders: Order[];
  emails: Email[];
  range: Range;
  onRange: (range: Range) => void;
}

function History({ client, score, orders, emails, range, onRange }: HistoryProps) {
  const now = useNow();
  if (score.curve.length === 0) {
    return (
      <Card title="Time line">
        <p className={classes.sentence}>{client.profiling === 'objected' ? 'This person objected to profiling: no score is kept.' : 'No order yet, so there is no score. It starts with the first order.'}</p>
      </Card>
    );
  }
  const span = Number(range) * MONTH_MS;
  return (
    <Card
      title="Time line"
      aside={
        <SegmentedControl
          size="xs"
          value={range}
          aria-label="Range"
          data={[
            { value: '4', label: '4 months' },
            { value: '12', label: '12 months' },
            { value: '24', label: '2 years' },
          ]}
          onChange={(value) => {
            onRange(value === '4' || value === '24' ? value : '12');
          }}
        />
      }
    >
      <TimeLine score={score} orders={orders} emails={emails} now={now} from={now - span} to={now + span * 0.25} />
      <Legend />
    </Card>
  );
}

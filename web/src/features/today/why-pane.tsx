// SPDX-License-Identifier: AGPL-3.0-or-later
// Why this client, why now: one sentence, the rhythm, the score as it adds up, the checks and the facts. For staff only;
// none of it is part of the mail.
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { Email } from '../../api/gen';
import { paths } from '../../app/paths';
import { CheckList, checkSummary } from '../../components/check-list';
import { FactList } from '../../components/fact-list';
import { OfferBlock } from '../../components/offer-block';
import { RhythmStrip } from '../../components/rhythm-strip';
import { ScoreParts } from '../../components/score-parts';
import { When } from '../../components/when';
import { useNow } from '../../lib/clock';
import { points, usd } from '../../lib/format';
import { visits } from '../../lib/rhythm';
import { useSession } from '../../lib/session';
import { rhythmQuery } from './api';
import classes from './today.module.css';
import { WritingPane } from './writing-pane';

export function WhyPane({ email }: { email: Email }) {
  const now = useNow();
  const { shop } = useSession();
  const orders = useQuery(rhythmQuery(email.client_id));
  const { evidence } = email;
  const checks = checkSummary(email.checks);
  return (
    <div className={classes.whyIn}>
      <div className={classes.who}>
        <div>
          <h2>Why {email.client.first_name ?? 'this client'}, why now</h2>
          <Link to={paths.client} params={{ id: email.client_id }}>
            Open client
            <IconChevronRight size={13} aria-hidden />
          </Link>
        </div>
        <p>{evidence.sentence}</p>
        {evidence.arm === 'forced' && <p className={classes.note}>Asked for by staff: {evidence.reason ?? 'no reason given'}. Outside the holdout and its proof.</p>}
      </div>
      {orders.isPending && <Skeleton h={150} radius={8} />}
      {orders.isError && <p className={classes.note}>The orders did not load.</p>}
      {orders.isSuccess && <RhythmStrip visits={visits(orders.data, shop.time_zone)} now={now} usualGapDays={evidence.usual_gap_days} />}
      {evidence.parts !== null && email.score !== null && (
        <>
          <h3>
            Engagement score<b>{points(email.score)}</b>
          </h3>
          <ScoreParts parts={evidence.parts} score={email.score} />
        </>
      )}
      <h3>
        Checks<b data-tone={checks.tone}>{checks.text}</b>
      </h3>
      <CheckList checks={email.checks} />
      <h3>
        Facts the text may use<b>{email.facts.length}</b>
      </h3>
      <FactList email={email} />
      {email.offer !== null && (
        <>
          <h3>Offer, printed below the text</h3>
          <OfferBlock offer={email.offer} />
        </>
      )}
      <WritingPane key={email.id} email={email} />
      <p className={classes.foot}>
        {evidence.due_at !== null && (
          <>
            Due <When at={evidence.due_at} as="datetime" />.{' '}
          </>
        )}
        Written by {email.writer?.kind === 'template' ? 'the template writer' : (email.writer?.model ?? 'a person')}
        {email.writer?.cost_usd != null && `, ${usd(email.writer.cost_usd)}`}.
      </p>
    </div>
  );
}

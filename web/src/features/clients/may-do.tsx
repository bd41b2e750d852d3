// SPDX-License-Identifier: AGPL-3.0-or-later
// What we may do with this person, in words: consent, profiling, arm, and the plain data behind it.
import { IconBan, IconCheck, IconScale } from '@tabler/icons-react';
import type { Client } from '../../api/gen';
import { Card } from '../../components/card';
import { ConsentBadge } from '../../components/state-badge';
import { When } from '../../components/when';
import classes from './client.module.css';
import { ExportData } from './export-data';

const consentWords: Record<Client['consent']['status'], string> = {
  subscribed: 'May be mailed.',
  paused: 'Paused: no mail for now.',
  unsubscribed: 'Never to be mailed: unsubscribed.',
  unknown: 'Not to be mailed: no consent is known.',
};

export function MayDo({ client }: { client: Client }) {
  const { consent } = client;
  const may = consent.status === 'subscribed' && client.email !== null && client.profiling === 'allowed';
  return (
    <Card title="What we may do" aside={<ConsentBadge status={consent.status} />}>
      <div className={classes.may}>
        <p data-no={!may || undefined}>
          {may ? <IconCheck size={15} aria-hidden /> : <IconBan size={15} aria-hidden />}
          <span>
            <b>{client.email === null ? 'No address is known.' : consentWords[consent.status]}</b> {consent.evidence}
            {consent.until !== null && (
              <>
                {' '}
                Holds until <When at={consent.until} />.
              </>
            )}
          </span>
        </p>
        {client.profiling === 'objected' && (
          <p data-no>
            <IconBan size={15} aria-hidden />
            <span>
              <b>Objected to profiling.</b> No score, no timer, no draft.
            </span>
          </p>
        )}
        <p>
          <IconScale size={15} aria-hidden />
          <span>
            {client.engagement.holdout ? (
              <>
                <b>In the holdout.</b> Gets no email, so that the effect of the others can be known.
              </>
            ) : (
              <>
                <b>In the treated group.</b> Drawn once by hash, not by hand.
              </>
            )}
          </span>
        </p>
        <dl>
          <dt>Basis</dt>
          <dd>{consent.basis.replaceAll('_', ' ')}</dd>
          <dt>Source</dt>
          <dd>
            {consent.source ?? 'not known'}
            {consent.at !== null && (
              <>
                , <When at={consent.at} />
              </>
            )}
          </dd>
          <dt>Likes</dt>
          <dd>{client.preferred_categories.length === 0 ? 'not known' : client.preferred_categories.join(', ')}</dd>
          <dt>Language</dt>
          <dd>{client.locale ?? 'not known'}</dd>
          <dt>Client id</dt>
          <dd>{client.id}</dd>
        </dl>
        <ExportData id={client.id} />
      </div>
    </Card>
  );
}

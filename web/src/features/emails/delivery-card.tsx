// SPDX-License-Identifier: AGPL-3.0-or-later
// What became of a mail: what it waits for or what stopped it, what the relay said, what was heard since, who clicked.
import type { Email, Notice } from '../../api/gen';
import { Card } from '../../components/card';
import { VerdictBadge } from '../../components/state-badge';
import { When } from '../../components/when';
import { count } from '../../lib/format';
import { emailReason } from '../../lib/reasons';
import { hasDelivery, isBad, isStopped, mayHaveLeft, noticeTitle, sourceWords } from './delivery';
import classes from './emails.module.css';
import { attemptWords } from './life';

export function DeliveryCard({ email }: { email: Email }) {
  if (!hasDelivery(email)) return null;
  const { delivery, notices = [] } = email;
  return (
    <Card title="Delivery" aside={delivery !== null && <VerdictBadge verdict={delivery} />}>
      <dl className={classes.delivery}>
        <Waits email={email} />
        <Relay email={email} />
        {mayHaveLeft(email) && <Clicks email={email} />}
      </dl>
      {notices.length > 0 && <Heard notices={notices} />}
      {notices.length === 0 && mayHaveLeft(email) && <p className={classes.unheard}>Nothing was heard of it since.</p>}
      {isBad(delivery) && <p className={classes.unheard}>The address was put on the list of those never written to.</p>}
    </Card>
  );
}

function Waits({ email }: { email: Email }) {
  const reason = emailReason(email);
  if (isStopped(email)) {
    return (
      <>
        <dt>{email.status === 'held' ? 'Held' : 'Not sent'}</dt>
        <dd>{reason ?? 'No reason was given'}</dd>
      </>
    );
  }
  if (email.send_after === null) return null;
  return (
    <>
      <dt>Will be sent after</dt>
      <dd>
        <When at={email.send_after} as="datetime" />
        {reason !== null && <small>{reason}</small>}
      </dd>
    </>
  );
}

function Relay({ email }: { email: Email }) {
  const last = email.attempts.at(-1);
  if (last === undefined) return null;
  return (
    <>
      <dt>The relay</dt>
      <dd>
        {attemptWords(last.result)}
        <small>
          <When at={last.at} as="datetime" />
          {last.reply !== null && last.reply !== '' && <> · {last.reply}</>}
        </small>
      </dd>
    </>
  );
}

function Clicks({ email }: { email: Email }) {
  return (
    <>
      <dt>Clicks by people</dt>
      <dd>
        {email.clicks === 0 ? 'None' : count(email.clicks)}
        {email.clicked_at !== null && (
          <small>
            The first <When at={email.clicked_at} as="datetime" />
          </small>
        )}
      </dd>
      {email.machine_clicks > 0 && (
        <>
          <dt>By machines</dt>
          <dd>
            {count(email.machine_clicks)}
            <small>Scanners of mail follow every link; they say nothing of the reader.</small>
          </dd>
        </>
      )}
    </>
  );
}

function Heard({ notices }: { notices: readonly Notice[] }) {
  return (
    <ol className={classes.life} aria-label="Heard since">
      {notices.map((notice, i) => (
        <li key={`${notice.at} ${String(i)}`}>
          <b>{noticeTitle(notice.kind)}</b>
          <When at={notice.at} as="datetime" />
          <span>{[notice.status, notice.detail].filter((part) => part !== null && part !== '').join(' · ')}</span>
          <span>Said {sourceWords(notice.source)}</span>
        </li>
      ))}
    </ol>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// The mail itself with its head and the bar of actions. A button that cannot be used says why.
import { ActionIcon, Button, Kbd, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { Email } from '../../api/gen';
import { defaultLook, MailPreview, PreviewControls } from '../../components/mail-preview';
import { Badge } from '../../components/state-badge';
import { personName } from '../../lib/format';
import { languageName } from '../../lib/languages';
import classes from './today.module.css';
import { WhyPane } from './why-pane';

interface Props {
  email: Email;
  phone: boolean;
  mayReview: boolean;
  onBack: () => void;
  onApprove: () => void;
  onReject: () => void;
  onEdit: () => void;
  onRegenerate: () => void;
}

export function DraftPane({ email, phone, mayReview, onBack, onApprove, onReject, onEdit, onRegenerate }: Props) {
  const [look, setLook] = useState(defaultLook);
  const [side, setSide] = useState<'mail' | 'why'>('mail');
  const blocked = email.status !== 'in_review';
  const why = !mayReview ? 'Your role may read, not decide.' : blocked ? 'Fix the failed check first: edit or have it written anew.' : null;
  const key = (name: string) => (phone ? null : <Kbd size="xs">{name}</Kbd>);
  return (
    <section className={classes.mail} aria-label="Draft">
      <header>
        <div className={classes.mailTop}>
          {phone && (
            <ActionIcon variant="subtle" color="gray" aria-label="Back to the queue" onClick={onBack}>
              <IconArrowLeft size={18} />
            </ActionIcon>
          )}
          <h2>{email.subject ?? 'No subject yet'}</h2>
          {email.language !== null && <Badge label={languageName(email.language)} tone="calm" />}
          {!phone && <PreviewControls look={look} onChange={setLook} phone={false} />}
        </div>
        <dl>
          <dt>To</dt>
          <dd>
            {personName(email.client, email.client_id)} <span>{email.client.email}</span>
          </dd>
          {email.preheader !== null && email.preheader !== '' && (
            <>
              <dt>Teaser</dt>
              <dd>{email.preheader}</dd>
            </>
          )}
        </dl>
        {phone && (
          <SegmentedControl
            fullWidth
            size="xs"
            mt={10}
            value={side}
            aria-label="What to show"
            data={[
              { value: 'mail', label: 'Email' },
              { value: 'why', label: 'Why now' },
            ]}
            onChange={(value) => {
              setSide(value === 'why' ? 'why' : 'mail');
            }}
          />
        )}
      </header>
      {phone && side === 'why' ? (
        <div className={classes.whyPhone}>
          <WhyPane email={email} />
        </div>
      ) : (
        <MailPreview email={email} look={look} />
      )}
      <footer>
        <Button variant="subtle" color="gray" onClick={onReject} disabled={!mayReview} rightSection={key('R')}>
          Reject
        </Button>
        <Button variant="default" onClick={onEdit} disabled={!mayReview} rightSection={key('E')}>
          Edit
        </Button>
        {mayReview && (
          <Tooltip label="Have it written anew (W)">
            <ActionIcon variant="default" size={36} aria-label="Have it written anew" onClick={onRegenerate}>
              <IconRefresh size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        <span className={classes.hint} data-bad={why !== null || undefined}>
          {why ?? (
            <>
              <Kbd size="xs">J</Kbd> <Kbd size="xs">K</Kbd> next, previous
            </>
          )}
        </span>
        <Button onClick={onApprove} disabled={why !== null} title={why ?? undefined} rightSection={phone ? null : <Kbd size="xs" className={classes.keyOn}>A</Kbd>}>
          Approve
        </Button>
      </footer>
    </section>
  );
}

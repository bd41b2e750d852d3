// SPDX-License-Identifier: AGPL-3.0-or-later
// What everyone must know whatever page they are on: sending is stopped, the order feed is silent, no draft can be written,
// nothing leaves the house. The gravest comes first. On Today also why no drafts come: a detector waits to be confirmed.
import { useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { IconAdjustments, IconAlertTriangle, IconHandStop, IconMailPause, IconPencilOff, IconPlugOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { When } from '../components/when';
import { killSwitchQuery, policyQuery, relayQuery, tuningQuery, useLiftBrake, useResumeRelay } from '../features/settings/api';
import { dashboardQuery } from '../features/today/api';
import { can, useSession } from '../lib/session';
import classes from './banners.module.css';
import { paths } from './paths';

/** What has gone wrong is spoken at once; the rest waits to be read. */
function Banner({ tone, standing = tone === 'calm', icon, children }: { tone: 'bad' | 'warn' | 'calm'; standing?: boolean; icon: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.banner} data-tone={tone} role={standing ? 'note' : 'alert'}>
      {icon}
      <span>{children}</span>
    </div>
  );
}

/** The proposal that waits, or the question that a shop without history has not answered. */
function TuningBanner() {
  const status = useQuery(tuningQuery).data?.status;
  const asked = status === 'too_little_history';
  const gap = useQuery({ ...policyQuery, enabled: asked }).data?.usual_gap_days;
  if (status !== 'pending' && !(asked && gap === null)) return null;
  return (
    <Banner tone="warn" standing icon={<IconAdjustments size={16} aria-hidden />}>
      {asked ? (
        <>
          <b>How often do your clients order?</b> There is too little history to tell.
        </>
      ) : (
        <>
          <b>A detector waits for a yes or a no.</b> Until then no due moment makes a draft.
        </>
      )}{' '}
      <Link to={paths.settings} search={{ tab: 'tuning' }}>
        {asked ? 'Say it in Settings' : 'Look at it in Settings'}
      </Link>
    </Banner>
  );
}

/** Mail as a whole: braked, stopped or slowed, with the act that lifts it for who may. */
function RelayBanner() {
  const { role } = useSession();
  const relay = useQuery(relayQuery).data;
  const resume = useResumeRelay();
  const lift = useLiftBrake();
  if (relay === undefined || relay.state === 'ok') return null;
  const until = relay.until !== null && <When at={relay.until} as="datetime" />;
  if (relay.state === 'slowed')
    return (
      <Banner tone="calm" icon={<IconMailPause size={16} aria-hidden />}>
        <b>The relay asked for less.</b> Mail waits until {until}.
      </Banner>
    );
  const { brake } = relay;
  const braked = relay.state === 'braked';
  const act = braked ? lift : resume;
  return (
    <Banner tone="bad" icon={<IconPlugOff size={16} aria-hidden />}>
      {braked ? (
        <>
          <b>The brake is on.</b> Of the last {brake.sent} mails {brake.bounced} bounced and {brake.complained} drew a complaint. No mail leaves until an admin lifts it.
        </>
      ) : (
        <>
          <b>The relay refuses us:</b> {relay.reason ?? ''}. Mail waits; nobody is suppressed. It is tried again at {until}.
        </>
      )}{' '}
      {can(role, braked ? 'admin' : 'reviewer') && (
        <Button size="compact-xs" variant="default" loading={act.isPending} onClick={() => { act.mutate(undefined); }}>
          {braked ? 'Lift the brake' : 'It is mended: send again'}
        </Button>
      )}
    </Banner>
  );
}

export function Banners() {
  const today = useRouterState({ select: (s) => s.location.pathname.startsWith(paths.today) });
  const { rehearsal } = useSession();
  const killSwitch = useQuery(killSwitchQuery).data;
  const { feed, writer } = useQuery(dashboardQuery).data ?? {};
  return (
    <>
      {killSwitch?.on === true && (
        <Banner tone="bad" icon={<IconHandStop size={16} aria-hidden />}>
          <b>All sending is stopped.</b> {killSwitch.reason ?? ''}{' '}
          <Link to={paths.settings} search={{ tab: 'sending' }}>
            Resume in Settings
          </Link>
        </Banner>
      )}
      <RelayBanner />
      {feed?.state === 'stale' && (
        <Banner tone="warn" icon={<IconAlertTriangle size={16} aria-hidden />}>
          <b>Orders are not coming in</b>
          {feed.since !== null && (
            <>
              {' '}
              since <When at={feed.since} as="datetime" />
            </>
          )}
          . No episode opens and no mail leaves until they do. {feed.reason ?? ''}
        </Banner>
      )}
      {writer?.state === 'degraded' && (
        <Banner tone="warn" icon={<IconPencilOff size={16} aria-hidden />}>
          <b>The writer is degraded:</b> {writer.detail ?? 'it cannot write now.'} Drafts wait; nothing is lost.{' '}
          <Link to={paths.pipeline}>Look at Pipeline</Link>
        </Banner>
      )}
      {feed?.state === 'settling' && (
        <Banner tone="calm" icon={<IconAlertTriangle size={16} aria-hidden />}>
          <b>Orders are coming in again.</b> Late ones are taken in before any new episode opens. {feed.reason ?? ''}
        </Banner>
      )}
      {today && <TuningBanner />}
      {rehearsal && (
        <Banner tone="calm" icon={<IconMailPause size={16} aria-hidden />}>
          <b>Rehearsal.</b> Nothing leaves the house: approved emails are kept here instead of sent.
        </Banner>
      )}
    </>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// What everyone must know whatever page they are on: sending is stopped, the order feed is silent, nothing leaves the
// house. The gravest comes first.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangle, IconHandStop, IconMailPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { When } from '../components/when';
import { killSwitchQuery } from '../features/settings/api';
import { dashboardQuery } from '../features/today/api';
import { useSession } from '../lib/session';
import classes from './banners.module.css';
import { paths } from './paths';

function Banner({ tone, icon, children }: { tone: 'bad' | 'warn' | 'calm'; icon: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.banner} data-tone={tone} role={tone === 'calm' ? 'note' : 'alert'}>
      {icon}
      <span>{children}</span>
    </div>
  );
}

export function Banners() {
  const { rehearsal } = useSession();
  const killSwitch = useQuery(killSwitchQuery).data;
  const feed = useQuery(dashboardQuery).data?.feed;
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
      {feed?.state === 'settling' && (
        <Banner tone="calm" icon={<IconAlertTriangle size={16} aria-hidden />}>
          <b>Orders are coming in again.</b> Late ones are taken in before any new episode opens. {feed.reason ?? ''}
        </Banner>
      )}
      {rehearsal && (
        <Banner tone="calm" icon={<IconMailPause size={16} aria-hidden />}>
          <b>Rehearsal.</b> Nothing leaves the house: approved emails are kept here instead of sent.
        </Banner>
      )}
    </>
  );
}

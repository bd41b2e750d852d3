// SPDX-License-Identifier: AGPL-3.0-or-later
// Settings in tabs; the tab is in the URL. What only an admin may change is shown read-only or explained to others.
import { Tabs } from '@mantine/core';
import { useCan, useSession } from '../../lib/session';
import { EmptyState } from '../../components/empty-state';
import { AuditTab } from './audit-tab';
import { BacklogTab } from './backlog-tab';
import { ClockTab } from './clock-tab';
import { KeysTab } from './keys-tab';
import { PeopleTab } from './people-tab';
import { OfferTab } from './policy/offer-tab';
import { PolicyTab } from './policy/policy-tab';
import { VoiceTab } from './policy/voice-tab';
import { SendingTab } from './sending-tab';
import classes from './settings.module.css';
import { TuningTab } from './tuning/tuning-tab';

export const settingsTabs = ['policy', 'voice', 'offer', 'tuning', 'people', 'keys', 'backlog', 'sending', 'audit', 'clock'] as const;
export type SettingsTab = (typeof settingsTabs)[number];

const labels: Record<SettingsTab, string> = { policy: 'Policy', voice: 'Voice', offer: 'Offer', tuning: 'Tuning', people: 'People', keys: 'Keys', backlog: 'Backlog', sending: 'Sending', audit: 'Audit', clock: 'Clock' };

export function SettingsPage({ tab, onTab }: { tab: SettingsTab; onTab: (tab: SettingsTab) => void }) {
  const admin = useCan('admin');
  const { clock } = useSession();
  const shown = settingsTabs.filter((t) => t !== 'clock' || clock.kind === 'manual');
  const adminOnly = (
    <EmptyState title="Only an admin sees this.">
      <span>Ask one of them to change it, or to give you the role.</span>
    </EmptyState>
  );
  return (
    <div className={classes.page}>
      <h1>Settings</h1>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => {
          onTab(settingsTabs.find((t) => t === value) ?? 'policy');
        }}
      >
        <Tabs.List mb={16} className={classes.tabs}>
          {shown.map((t) => (
            <Tabs.Tab key={t} value={t}>
              {labels[t]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="policy">
          <PolicyTab />
        </Tabs.Panel>
        <Tabs.Panel value="voice">
          <VoiceTab />
        </Tabs.Panel>
        <Tabs.Panel value="offer">
          <OfferTab />
        </Tabs.Panel>
        <Tabs.Panel value="tuning">
          <TuningTab />
        </Tabs.Panel>
        <Tabs.Panel value="people">{admin ? <PeopleTab /> : adminOnly}</Tabs.Panel>
        <Tabs.Panel value="keys">{admin ? <KeysTab /> : adminOnly}</Tabs.Panel>
        <Tabs.Panel value="backlog">
          <BacklogTab />
        </Tabs.Panel>
        <Tabs.Panel value="sending">
          <SendingTab />
        </Tabs.Panel>
        <Tabs.Panel value="audit">{admin ? <AuditTab /> : adminOnly}</Tabs.Panel>
        {clock.kind === 'manual' && <Tabs.Panel value="clock">{admin ? <ClockTab /> : adminOnly}</Tabs.Panel>}
      </Tabs>
    </div>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// The manual clock of a demo: move it forward and watch clients come due. It never goes back.
import { Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { sentence } from '../../api/problem';
import { Card } from '../../components/card';
import { dateTime } from '../../lib/format';
import { useSession } from '../../lib/session';
import { useAdvanceClock } from './api';
import classes from './settings.module.css';

const HOUR_MS = 3_600_000;
const steps = [
  { label: '1 hour on', ms: HOUR_MS },
  { label: '1 day on', ms: 24 * HOUR_MS },
  { label: '1 week on', ms: 7 * 24 * HOUR_MS },
] as const;

export function ClockTab() {
  const { clock } = useSession();
  const advance = useAdvanceClock();
  const [target, setTarget] = useState('');
  const go = (ms: number) => {
    advance.mutate(new Date(ms).toISOString(), {
      onSuccess: ({ now }) => {
        notifications.show({ color: 'teal', title: 'The clock moved', message: `It is ${dateTime(now)}. What became due has settled or waits in Today.` });
      },
    });
  };
  const targetMs = new Date(target).getTime();
  const nowMs = new Date(clock.now).getTime();
  const ready = Number.isFinite(targetMs) && targetMs > nowMs;
  return (
    <Card title="Clock">
      <p className={classes.note}>
        It is <b>{dateTime(clock.now)}</b> ({clock.now}). Moving on stops at each due moment on the way and waits until its work is done.
      </p>
      <Group gap={8} my={12}>
        {steps.map(({ label, ms }) => (
          <Button
            key={label}
            variant="default"
            disabled={advance.isPending}
            onClick={() => {
              go(nowMs + ms);
            }}
          >
            {label}
          </Button>
        ))}
      </Group>
      <form
        className={classes.inline}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) go(targetMs);
        }}
      >
        <TextInput type="datetime-local" label="Or move to" description="In your own time zone" value={target} onChange={(event) => { setTarget(event.currentTarget.value); }} />
        <Button type="submit" loading={advance.isPending} disabled={!ready} title={ready ? undefined : 'Choose a time after now'}>
          Move the clock
        </Button>
      </form>
      {advance.isError && (
        <p role="alert" className={classes.refusal}>
          {sentence(advance.error)}
        </p>
      )}
    </Card>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// A shop with too little history says how often its clients order; the detector's time scale follows from it.
import { Button, NumberInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Policy } from '../../../api/gen';
import { sentence } from '../../../api/problem';
import { Card } from '../../../components/card';
import { days } from '../../../lib/format';
import { useCan } from '../../../lib/session';
import { useSavePolicy } from '../api';
import settings from '../settings.module.css';
import { halfLifeFor } from './words';

export function UsualGap({ policy }: { policy: Policy }) {
  const save = useSavePolicy();
  const may = useCan('admin');
  const [gap, setGap] = useState<number | string>(policy.usual_gap_days ?? '');
  const number = Number(gap);
  const given = gap !== '' && number >= 1 && number <= 3650;
  const half = halfLifeFor(number);
  const why = !may ? 'Only an admin may change the policy' : given ? undefined : 'Give a number of days first';
  return (
    <Card title="How often do your clients order?">
      <form
        className={settings.inline}
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            { ...policy, usual_gap_days: number, detector: { ...policy.detector, half_life_days: half } },
            {
              onSuccess: () => {
                notifications.show({ color: 'teal', title: 'In force', message: `Freshness now halves in ${days(half)} at your usual gap.` });
              },
            },
          );
        }}
      >
        <NumberInput label="Usual gap between two orders, days" description="A grocer 7, coffee 30, furniture 400: what is usual with you" min={1} max={3650} decimalScale={1} value={gap} onChange={setGap} />
        <Button type="submit" loading={save.isPending} disabled={why !== undefined} title={why}>
          Use it
        </Button>
      </form>
      {given && (
        <p className={settings.note}>
          The half-life of freshness becomes {days(half)}: twice the gap{half !== 2 * number && ', as near as it may be'}. Every timer is set again, without a burst.
        </p>
      )}
      {save.isError && (
        <p role="alert" className={settings.refusal}>
          {sentence(save.error)}
        </p>
      )}
    </Card>
  );
}

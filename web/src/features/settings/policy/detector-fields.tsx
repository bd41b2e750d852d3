// SPDX-License-Identifier: AGPL-3.0-or-later
// The detector's own constants, for who knows what they do; tuning finds them from the shop's history.
import { NativeSelect, NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { paths } from '../../../app/paths';
import settings from '../settings.module.css';
import type { DetectorKind, PolicyForm } from './policy-form';

const detectorKinds: { value: DetectorKind; label: string }[] = [
  { value: 'score', label: 'Score with the client’s own rhythm' },
  { value: 'rfm', label: 'Score without it' },
  { value: 'chance', label: 'Chance of an order within 30 days' },
];

/** The fields of the form that stand here. */
export const detectorFields = ['detector_kind', 'half_life_days', 'rhythm_power', 'fade_gaps', 'chance_percent', 'usual_gap_days'] as const;

export function DetectorFields({ form }: { form: UseFormReturnType<PolicyForm> }) {
  const { detector_kind: kind } = form.values;
  return (
    <>
      <p className={settings.note}>
        These are better chosen from the shop’s own history:{' '}
        <Link to={paths.settings} search={{ tab: 'tuning' }}>
          Tuning
        </Link>
        . Changing them sets every timer again, without a burst; clients then past their due moment wait in the backlog.
      </p>
      <div className={settings.grid}>
        <NativeSelect label="What decides the due moment" data={detectorKinds} {...form.getInputProps('detector_kind')} />
        <NumberInput label="Half-life of freshness, days" description="At the shop’s usual gap between orders" min={30} max={360} decimalScale={1} {...form.getInputProps('half_life_days')} />
        <NumberInput label="Weight of the own rhythm" description="0 none, 0.25 as delivered, 0.5 most" min={0} max={0.5} step={0.05} decimalScale={3} disabled={kind === 'rfm'} {...form.getInputProps('rhythm_power')} />
        <NumberInput label="Fade of frequency and value, usual gaps" min={4} max={9} step={0.5} decimalScale={2} disabled={kind === 'rfm'} {...form.getInputProps('fade_gaps')} />
        <NumberInput label="The shop’s usual gap between orders, days" description="As you know it; used until the history tells. Empty: not stated" min={1} max={3650} decimalScale={1} {...form.getInputProps('usual_gap_days')} />
        {kind !== 'chance' && <NumberInput label="Chance, if that decided" description="Not in use: the score decides" suffix=" %" min={0.1} max={90} decimalScale={2} {...form.getInputProps('chance_percent')} />}
      </div>
    </>
  );
}

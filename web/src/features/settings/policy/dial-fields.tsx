// SPDX-License-Identifier: AGPL-3.0-or-later
// The four numbers that decide how much is written, each to be slid or typed. The first is of the detector in force: a
// threshold of the score, or a chance.
import type { UseFormReturnType } from '@mantine/form';
import { DialField } from './dial-field';
import { caps, chances, dailies, holdouts, thresholds } from './dials';
import type { PolicyForm } from './policy-form';
import classes from './policy.module.css';

export function DialFields({ form, disabled }: { form: UseFormReturnType<PolicyForm>; disabled: boolean }) {
  const byChance = form.values.detector_kind === 'chance';
  return (
    <div className={classes.dials}>
      {byChance ? (
        <DialField label="Chance" description="A client whose chance of an order within 30 days falls under it is due" values={chances} min={0.1} max={90} decimals={2} unit=" %" disabled={disabled} input={form.getInputProps('chance_percent')} />
      ) : (
        <DialField label="Threshold" description="A client whose score falls under it is due" values={thresholds} min={10} max={90} decimals={1} disabled={disabled} input={form.getInputProps('threshold')} />
      )}
      <DialField label="New episodes a day" description="Most valuable first; the rest wait" values={dailies} min={0} max={100_000} disabled={disabled} input={form.getInputProps('daily_episodes')} />
      <DialField label="Days between mails" description="At most one mail to a person in so many days" values={caps} min={0} max={365} disabled={disabled} input={form.getInputProps('cap_days')} />
      <DialField label="Holdout" description="Share of clients who get no email, so that the effect can be known" values={holdouts} min={0} max={50} decimals={1} unit=" %" disabled={disabled} input={form.getInputProps('holdout_percent')} />
    </div>
  );
}

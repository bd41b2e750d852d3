// SPDX-License-Identifier: AGPL-3.0-or-later
// The rules of the shop. The form holds the essentials; what it does not show is sent back as it was read. Somebody
// else's save in between is told, and nothing typed is lost.
import { Button, Group, Skeleton, Switch, TextInput, NumberInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Policy } from '../../api/gen';
import { fieldErrors, Problem, sentence } from '../../api/problem';
import { Card } from '../../components/card';
import { ErrorState } from '../../components/error-state';
import { useCan } from '../../lib/session';
import { policyQuery, useSavePolicy } from './api';
import { fromPolicy, toPolicy, validatePolicy, type PolicyForm } from './policy-form';
import classes from './settings.module.css';

export function PolicyTab() {
  const query = useQuery(policyQuery);
  if (query.isPending) return <Skeleton h={420} radius={12} role="status" aria-label="Loading" aria-busy="true" />;
  if (query.isError) return <ErrorState what="The policy" error={query.error} retry={() => void query.refetch()} />;
  return <PolicyEditor policy={query.data} />;
}

function PolicyEditor({ policy }: { policy: Policy }) {
  const save = useSavePolicy();
  const may = useCan('admin');
  const form = useForm<PolicyForm>({ initialValues: fromPolicy(policy), validate: validatePolicy });
  // somebody else's save shows here too, unless it would overwrite what is being typed
  useEffect(() => {
    if (form.isDirty()) return;
    form.setInitialValues(fromPolicy(policy));
    form.setValues(fromPolicy(policy));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the form object is new in each render
  }, [policy]);
  const stale = save.error instanceof Problem && save.error.status === 412;

  const submit = (values: PolicyForm) => {
    save.mutate(toPolicy(policy, values), {
      onSuccess: (saved) => {
        form.setInitialValues(fromPolicy(saved));
        form.setValues(fromPolicy(saved));
        notifications.show({ color: 'teal', title: 'In force', message: `Policy version ${String(saved.version)}.` });
      },
      onError: (error) => {
        if (error instanceof Problem) form.setErrors(fieldErrors(error));
      },
    });
  };

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <fieldset disabled={!may} className={classes.fields}>
        <legend className={classes.legend}>Version {policy.version}</legend>
        <Card title="Writing">
          <Switch label="Drafting is on" description="Off: due moments are noticed, nothing is written" {...form.getInputProps('drafting', { type: 'checkbox' })} />
          <div className={classes.grid}>
            <NumberInput label="Threshold" description="A client whose score falls under it is due" min={10} max={90} decimalScale={1} {...form.getInputProps('threshold')} />
            <NumberInput label="New episodes a day" description="Most valuable first; the rest wait" min={0} max={100000} allowDecimal={false} {...form.getInputProps('daily_episodes')} />
            <NumberInput label="Drafts in review at most" description="Further ones wait before any is written" min={1} max={10000} allowDecimal={false} {...form.getInputProps('max_in_review')} />
            <NumberInput label="Review within days" description="An older draft is cancelled" min={1} max={60} allowDecimal={false} {...form.getInputProps('review_days')} />
          </div>
        </Card>
        <Card title="Proof and restraint">
          <div className={classes.grid}>
            <NumberInput label="Holdout" description="Share of clients who get no email, so that the effect can be known" suffix=" %" min={0} max={50} decimalScale={1} {...form.getInputProps('holdout_percent')} />
            <NumberInput label="Days between mails" description="At most one mail to a person in so many days" min={0} max={365} allowDecimal={false} {...form.getInputProps('cap_days')} />
            <TextInput type="time" label="Quiet from" description="In the client’s own time zone" {...form.getInputProps('quiet_from')} />
            <TextInput type="time" label="Quiet until" description="The same time twice means never quiet" {...form.getInputProps('quiet_to')} />
            <NumberInput label="Order feed may be silent, hours" description="After that no episode opens and no mail leaves" min={1} max={720} allowDecimal={false} {...form.getInputProps('feed_max_age_hours')} />
            <NumberInput label="Backlog: silent at most, days" description="Clients silent for longer are not released" min={1} max={36500} allowDecimal={false} {...form.getInputProps('backlog_max_silence_days')} />
          </div>
        </Card>
      </fieldset>
      {save.isError && (
        <p role="alert" className={classes.refusal}>
          {stale ? 'Somebody else saved the policy meanwhile. Their version is loaded beneath your changes: look, then save again.' : sentence(save.error)}
        </p>
      )}
      <Group justify="flex-end">
        {!may && <span className={classes.note}>Only an admin may change the policy.</span>}
        <Button type="submit" loading={save.isPending} disabled={!may || !form.isDirty()} title={may && !form.isDirty() ? 'Nothing has changed' : undefined}>
          Save the policy
        </Button>
      </Group>
    </form>
  );
}

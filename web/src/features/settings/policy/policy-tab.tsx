// SPDX-License-Identifier: AGPL-3.0-or-later
// The rules of the shop. The form holds the essentials; what it does not show is sent back as it was read. Somebody
// else's save in between is told, and nothing typed is lost.
import { Button, NumberInput, Skeleton, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import type { Policy } from '../../../api/gen';
import { Problem, sentence } from '../../../api/problem';
import { Card } from '../../../components/card';
import { ErrorState } from '../../../components/error-state';
import { minorDigits } from '../../../lib/format';
import { useCan, useSession } from '../../../lib/session';
import { policyQuery, useSavePolicy } from '../api';
import settings from '../settings.module.css';
import { detectorFields, DetectorFields } from './detector-fields';
import { DialFields } from './dial-fields';
import { fromPolicy, policyErrors, toPolicy, toPreview, validatePolicy, type PolicyForm } from './policy-form';
import classes from './policy.module.css';
import { Preview } from './preview';
import { SaltCard } from './salt-card';

export function PolicyTab() {
  const query = useQuery(policyQuery);
  if (query.isPending) return <Skeleton h={420} radius={12} role="status" aria-label="Loading" aria-busy="true" />;
  if (query.isError) return <ErrorState what="The policy" error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <PolicyEditor policy={query.data} />
      <SaltCard policy={query.data} />
    </>
  );
}

function PolicyEditor({ policy }: { policy: Policy }) {
  const save = useSavePolicy();
  const may = useCan('admin');
  const { currency } = useSession().shop;
  const form = useForm<PolicyForm>({ initialValues: fromPolicy(policy, currency), validate: validatePolicy });
  // somebody else's save shows here too, unless it would overwrite what is being typed
  useEffect(() => {
    if (form.isDirty()) return;
    form.setInitialValues(fromPolicy(policy, currency));
    form.setValues(fromPolicy(policy, currency));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the form object is new in each render
  }, [policy]);
  const asked = useMemo(() => toPreview(form.values), [form.values]);
  const stale = save.error instanceof Problem && save.error.status === 412;
  const dirty = form.isDirty();
  const experts = useRef<HTMLDetailsElement>(null);
  const hidden = detectorFields.some((name) => form.errors[name] !== undefined);
  // a fault must not stay folded away
  useEffect(() => {
    if (hidden && experts.current !== null) experts.current.open = true;
  }, [hidden]);

  const submit = (values: PolicyForm) => {
    save.mutate(toPolicy(policy, values, currency), {
      onSuccess: (saved) => {
        form.setInitialValues(fromPolicy(saved, currency));
        form.setValues(fromPolicy(saved, currency));
        notifications.show({ color: 'teal', title: 'In force', message: `Policy version ${String(saved.version)}.` });
      },
      onError: (error) => {
        if (error instanceof Problem) form.setErrors(policyErrors(error));
      },
    });
  };

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <fieldset disabled={!may} className={settings.fields}>
        <legend className={settings.legend}>Version {policy.version}</legend>
        <Card title="When, and how many">
          <DialFields form={form} disabled={!may} />
          <Preview asked={asked} />
        </Card>
        <Card title="Writing">
          <Switch label="Drafting is on" description="Off: due moments are noticed, nothing is written" {...form.getInputProps('drafting', { type: 'checkbox' })} />
          <div className={settings.grid}>
            <NumberInput label="Drafts in review at most" description="Further ones wait before any is written" min={1} max={10000} allowDecimal={false} {...form.getInputProps('max_in_review')} />
            <NumberInput label="Review within days" description="An older draft is cancelled" min={1} max={60} allowDecimal={false} {...form.getInputProps('review_days')} />
          </div>
        </Card>
        <Card title="Restraint">
          <div className={settings.grid}>
            <TextInput type="time" label="Quiet from" description="In the client’s own time zone" {...form.getInputProps('quiet_from')} />
            <TextInput type="time" label="Quiet until" description="The same time twice means never quiet" {...form.getInputProps('quiet_to')} />
            <NumberInput label="Order feed may be silent, hours" description="After that no episode opens and no mail leaves" min={1} max={720} allowDecimal={false} {...form.getInputProps('feed_max_age_hours')} />
            <NumberInput label="Backlog: silent at most, days" description="Clients silent for longer are not released" min={1} max={36500} allowDecimal={false} {...form.getInputProps('backlog_max_silence_days')} />
          </div>
        </Card>
        <Card title="Worth and cost">
          <p className={settings.note}>For the money in Results. What is left empty is called “not stated” there; nothing is assumed.</p>
          <div className={settings.grid}>
            <NumberInput label="Gross margin" description="Of what an order brings" suffix=" %" min={0} max={100} decimalScale={1} {...form.getInputProps('margin_percent')} />
            <NumberInput label={`An hour of review, ${currency}`} description="What a reviewer’s hour costs" min={0} decimalScale={minorDigits(currency)} {...form.getInputProps('review_hour')} />
            <NumberInput label={`Sending one email, ${currency}`} description="What the relay charges; may be a fraction" min={0} decimalScale={6} {...form.getInputProps('email_cost')} />
          </div>
        </Card>
        <Card title="Detector">
          <details className={classes.expert} ref={experts}>
            <summary>
              For experts <small>what decides the due moment, and its constants</small>
            </summary>
            <DetectorFields form={form} />
          </details>
        </Card>
      </fieldset>
      {save.isError && (
        <p role="alert" className={settings.refusal}>
          {stale ? 'Somebody else saved the policy meanwhile. Their version is loaded beneath your changes: look, then save again.' : sentence(save.error)}
        </p>
      )}
      <div className={classes.save}>
        <span className={settings.note}>{may ? dirty && 'Not saved yet.' : 'Only an admin may change the policy.'}</span>
        <Button type="submit" loading={save.isPending} disabled={!may || !dirty} title={may && !dirty ? 'Nothing has changed' : undefined}>
          Save the policy
        </Button>
      </div>
    </form>
  );
}

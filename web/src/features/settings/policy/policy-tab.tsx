// SPDX-License-Identifier: AGPL-3.0-or-later
// The rules of the shop: when and how many, restraint, worth and cost, the detector. The words stand in Voice, the offer in
// Offer.
import { NumberInput, Skeleton, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { Card } from '../../../components/card';
import { ErrorState } from '../../../components/error-state';
import { minorDigits } from '../../../lib/format';
import { useSession } from '../../../lib/session';
import { policyQuery } from '../api';
import settings from '../settings.module.css';
import { detectorFields, DetectorFields } from './detector-fields';
import { DialFields } from './dial-fields';
import { PolicyEditor, type PolicyPart } from './policy-editor';
import { fromPolicy, policyErrors, toPolicy, toPreview, validatePolicy, type PolicyForm } from './policy-form';
import classes from './policy.module.css';
import { Preview } from './preview';
import { SaltCard } from './salt-card';

const rules: PolicyPart<PolicyForm> = { from: fromPolicy, to: toPolicy, validate: validatePolicy, errors: policyErrors };

export function PolicyTab() {
  const query = useQuery(policyQuery);
  if (query.isPending) return <Skeleton h={420} radius={12} role="status" aria-label="Loading" aria-busy="true" />;
  if (query.isError) return <ErrorState what="The policy" error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <PolicyEditor policy={query.data} part={rules}>
        {(form, may) => <Rules form={form} may={may} />}
      </PolicyEditor>
      <SaltCard policy={query.data} />
    </>
  );
}

function Rules({ form, may }: { form: UseFormReturnType<PolicyForm>; may: boolean }) {
  const { currency } = useSession().shop;
  const asked = useMemo(() => toPreview(form.values), [form.values]);
  const experts = useRef<HTMLDetailsElement>(null);
  const hidden = detectorFields.some((name) => form.errors[name] !== undefined);
  // a fault must not stay folded away
  useEffect(() => {
    if (hidden && experts.current !== null) experts.current.open = true;
  }, [hidden]);
  return (
    <>
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
    </>
  );
}

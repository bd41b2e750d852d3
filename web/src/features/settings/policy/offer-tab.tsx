// SPDX-License-Identifier: AGPL-3.0-or-later
// What the shop gives with an email: a text a language, with no code, one code or a list of one-time codes. The template
// prints it; the model never sees it.
import { NativeSelect, NumberInput, Skeleton, Switch, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Card } from '../../../components/card';
import { ErrorState } from '../../../components/error-state';
import { minorDigits } from '../../../lib/format';
import { languageName, languages } from '../../../lib/languages';
import { useSession } from '../../../lib/session';
import { policyQuery } from '../api';
import settings from '../settings.module.css';
import { fromOffer, offerErrors, toOffer, validateOffer, type OfferForm } from './offer-form';
import { OfferCodes } from './offer-codes';
import { PolicyEditor, type PolicyPart } from './policy-editor';

const part: PolicyPart<OfferForm> = { from: fromOffer, to: toOffer, validate: validateOffer, errors: offerErrors };
const kinds = [
  { value: 'none', label: 'No code' },
  { value: 'fixed', label: 'One code for everybody' },
  { value: 'one_time', label: 'One-time codes from a list' },
];

export function OfferTab() {
  const query = useQuery(policyQuery);
  const { currency } = useSession().shop;
  if (query.isPending) return <Skeleton h={420} radius={12} role="status" aria-label="Loading" aria-busy="true" />;
  if (query.isError) return <ErrorState what="The offer" error={query.error} retry={() => void query.refetch()} />;
  return (
    <>
      <PolicyEditor policy={query.data} part={part}>
        {(form) => (
          <>
            <Card title="Offer">
              <Switch label="An offer is made" description="A random half of those who get an email get it too, so that Results can tell what it added" {...form.getInputProps('on', { type: 'checkbox' })} />
              <div className={settings.grid}>
                {languages.map((code) => (
                  <Textarea key={code} autosize minRows={2} label={`Text in ${languageName(code)}`} description="Printed as it is; empty: these clients get no offer" maxLength={300} {...form.getInputProps(`texts.${code}`)} />
                ))}
              </div>
            </Card>
            <Card title="Code, end and cost">
              <div className={settings.grid}>
                <NativeSelect label="Code" data={kinds} {...form.getInputProps('codes')} />
                {form.values.codes === 'fixed' && <TextInput label="The code" description="3 to 40 of A-Z a-z 0-9 _ -" maxLength={40} {...form.getInputProps('code')} />}
                <TextInput type="datetime-local" label="Ends" description="In your own time zone; empty: open" {...form.getInputProps('ends_at')} />
                <NumberInput label={`Given away when it is used, ${currency}`} description="Margin; for the money in Results. Empty: not stated" min={0} decimalScale={minorDigits(currency)} {...form.getInputProps('cost')} />
              </div>
            </Card>
          </>
        )}
      </PolicyEditor>
      <OfferCodes />
    </>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// How the shop speaks: what the writer is told of it, which words no email may have, in which language those are written to
// whose own we do not speak.
import { NativeSelect, NumberInput, Skeleton, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Card } from '../../../components/card';
import { ErrorState } from '../../../components/error-state';
import { languageName, languages } from '../../../lib/languages';
import { policyQuery } from '../api';
import settings from '../settings.module.css';
import { PolicyEditor, type PolicyPart } from './policy-editor';
import { fromVoice, toVoice, validateVoice, voiceErrors, type VoiceForm } from './voice-form';

const voice: PolicyPart<VoiceForm> = { from: fromVoice, to: toVoice, validate: validateVoice, errors: voiceErrors };
const standIns = [{ value: '', label: 'None: they are not written to' }, ...languages.map((code) => ({ value: code, label: languageName(code) }))];
const lines = { autosize: true, minRows: 3, maxRows: 10 } as const;

export function VoiceTab() {
  const query = useQuery(policyQuery);
  if (query.isPending) return <Skeleton h={420} radius={12} role="status" aria-label="Loading" aria-busy="true" />;
  if (query.isError) return <ErrorState what="The brand voice" error={query.error} retry={() => void query.refetch()} />;
  return (
    <PolicyEditor policy={query.data} part={voice}>
      {(form) => (
        <>
          <Card title="Brand voice">
            <p className={settings.note}>The writer is told this as it stands. It decides how something is said, never what: that is for the facts and the checks.</p>
            <div className={settings.grid}>
              <TextInput label="Tone" description="A few words" maxLength={500} {...form.getInputProps('tone')} />
              <Textarea {...lines} label="Sign-offs" description="One a line; the writer chooses one" {...form.getInputProps('sign_offs')} />
              <Textarea {...lines} label="Do" description="One a line" {...form.getInputProps('do')} />
              <Textarea {...lines} label="Don’t" description="One a line" {...form.getInputProps('dont')} />
            </div>
            <Textarea autosize minRows={4} maxRows={16} mt={14} label="An example in your own voice" description="A text you like; nothing of it is taken as a fact" maxLength={4000} {...form.getInputProps('example')} />
          </Card>
          <Card title="Words that never go out">
            <div className={settings.grid}>
              <Textarea {...lines} label="Banned phrases" description="One a line; a draft with one of them is blocked" {...form.getInputProps('banned_phrases')} />
              <Textarea {...lines} label="Competitors" description="One name a line; a draft that names one is blocked" {...form.getInputProps('competitors')} />
            </div>
          </Card>
          <Card title="Language and limits">
            <div className={settings.grid}>
              <NativeSelect label="Stand-in language" description="For clients whose language we do not write" data={standIns} {...form.getInputProps('language')} />
              <NumberInput label="Drafts for one person in 30 days at most" description="Calls of the model, counting every try" min={1} max={50} allowDecimal={false} {...form.getInputProps('client_drafts')} />
            </div>
          </Card>
        </>
      )}
    </PolicyEditor>
  );
}

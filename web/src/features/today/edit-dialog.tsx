// SPDX-License-Identifier: AGPL-3.0-or-later
// Edit the words of a draft. Each paragraph names the facts it rests on. What was typed stays until it is saved and
// passes; a save that is blocked keeps the dialog open and shows the failed checks.
import { Button, Chip, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Email, EmailEdit } from '../../api/gen';
import { fieldErrors, Problem, sentence } from '../../api/problem';
import { CheckList } from '../../components/check-list';
import { personName } from '../../lib/format';
import { useEdit } from './api';
import { LiveFindings, LiveSentence, useLiveCheck } from './live-checks';
import classes from './today.module.css';

/** The findings stand below the paragraphs; they must not stay below the edge. */
function bringIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

interface Props {
  email: Email;
  /** Takes the milliseconds that the draft was looked at. */
  reviewTime: (id: string) => number;
  onClose: () => void;
}

export function EditDialog({ email, reviewTime, onClose }: Props) {
  const edit = useEdit();
  // the record that was last read or saved: its version goes into the next save
  const [base, setBase] = useState(email);
  const form = useForm<EmailEdit>({
    initialValues: { subject: email.subject ?? '', preheader: email.preheader ?? '', paragraphs: email.paragraphs },
    validate: {
      subject: (v) => (v.trim() === '' ? 'A subject is needed' : null),
      paragraphs: { text: (v) => (v.trim() === '' ? 'Write something or remove the paragraph' : null) },
    },
  });
  const checked = useLiveCheck(email.id, form.values, form.isDirty());
  const failed = base.status === 'blocked' ? base.checks.filter((c) => c.level === 'hard') : [];

  const save = (values: EmailEdit) => {
    edit.mutate(
      { email: base, edit: { ...values, review_ms: reviewTime(email.id) } },
      {
        onSuccess: (saved) => {
          setBase(saved);
          form.resetDirty();
          if (saved.status === 'blocked') return;
          notifications.show({ color: 'teal', title: 'Saved', message: 'Checked again; it is yours to approve.' });
          onClose();
        },
        onError: (error) => {
          if (error instanceof Problem) form.setErrors(fieldErrors(error));
        },
      },
    );
  };

  return (
    <Modal opened onClose={onClose} title={`Edit the draft for ${personName(email.client, email.client_id)}`} size="lg">
      <form onSubmit={form.onSubmit(save)}>
        <Stack gap={14}>
          <TextInput label="Subject" data-autofocus maxLength={200} {...form.getInputProps('subject')} />
          <TextInput label="Teaser" description="Shown after the subject in most mail apps" maxLength={200} {...form.getInputProps('preheader')} />
          {form.values.paragraphs.map((paragraph, i) => (
            <div key={i}>
              <Textarea label={`Paragraph ${String(i + 1)}`} autosize minRows={2} maxLength={2000} {...form.getInputProps(`paragraphs.${String(i)}.text`)} />
              <Group gap={6} mt={6} role="group" aria-label={`Facts of paragraph ${String(i + 1)}`}>
                {email.facts.map((fact) => (
                  <Chip
                    key={fact.id}
                    size="xs"
                    checked={paragraph.facts.includes(fact.id)}
                    onChange={(on) => {
                      form.setFieldValue(`paragraphs.${String(i)}.facts`, on ? [...paragraph.facts, fact.id] : paragraph.facts.filter((f) => f !== fact.id));
                    }}
                  >
                    {fact.text}
                  </Chip>
                ))}
                {form.values.paragraphs.length > 1 && (
                  <Button variant="subtle" color="gray" size="compact-xs" ml="auto" onClick={() => { form.removeListItem('paragraphs', i); }}>
                    Remove
                  </Button>
                )}
              </Group>
            </div>
          ))}
          <Group>
            <Button
              variant="default"
              size="xs"
              disabled={form.values.paragraphs.length >= 8}
              onClick={() => {
                form.insertListItem('paragraphs', { text: '', facts: [] });
              }}
            >
              Add a paragraph
            </Button>
          </Group>
          <LiveFindings checked={checked} />
          {failed.length > 0 && (
            <div role="alert" ref={bringIntoView}>
              <p className={classes.note}>Saved, but these checks failed; it cannot be approved like this:</p>
              <CheckList checks={failed} />
            </div>
          )}
          {edit.isError && (
            <p role="alert" className={classes.refusal}>
              {sentence(edit.error)} What you typed is still here.
            </p>
          )}
          <Group justify="flex-end" className={classes.dialogFoot}>
            <LiveSentence checked={checked} />
            <Button variant="subtle" color="gray" onClick={onClose}>
              {failed.length > 0 ? 'Close' : 'Cancel'}
            </Button>
            <Button type="submit" loading={edit.isPending}>
              Save and check
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

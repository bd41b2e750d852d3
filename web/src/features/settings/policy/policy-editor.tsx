// SPDX-License-Identifier: AGPL-3.0-or-later
// A form over a part of the policy. What it does not show is sent back as it was read; somebody else's save in between is
// told, and nothing typed is lost.
import { Button } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useEffect, type ReactNode } from 'react';
import type { Policy } from '../../../api/gen';
import { Problem, sentence } from '../../../api/problem';
import { useCan, useSession } from '../../../lib/session';
import { useSavePolicy } from '../api';
import settings from '../settings.module.css';
import classes from './policy.module.css';

/** Between the record and a form: how to show it, how to take it back, what is wrong before and after it was sent. */
export interface PolicyPart<F> {
  from: (policy: Policy, currency: string) => F;
  to: (policy: Policy, form: F, currency: string) => Policy;
  validate: (form: F) => Record<string, string>;
  errors: (problem: Problem) => Record<string, string>;
}

interface Props<F> {
  policy: Policy;
  part: PolicyPart<F>;
  children: (form: UseFormReturnType<F>, may: boolean) => ReactNode;
}

export function PolicyEditor<F extends object>({ policy, part, children }: Props<F>) {
  const save = useSavePolicy();
  const may = useCan('admin');
  const { currency } = useSession().shop;
  const form = useForm<F>({ initialValues: part.from(policy, currency), validate: (values) => part.validate(values) });
  const show = (shown: Policy) => {
    form.setInitialValues(part.from(shown, currency));
    form.setValues(part.from(shown, currency));
  };
  // somebody else's save shows here too, unless it would overwrite what is being typed
  useEffect(() => {
    if (!form.isDirty()) show(policy);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the form object is new in each render
  }, [policy]);
  const stale = save.error instanceof Problem && save.error.status === 412;
  const dirty = form.isDirty();

  const submit = (values: F) => {
    save.mutate(part.to(policy, values, currency), {
      onSuccess: (saved) => {
        show(saved);
        notifications.show({ color: 'teal', title: 'In force', message: `Policy version ${String(saved.version)}.` });
      },
      onError: (error) => {
        if (error instanceof Problem) form.setErrors(part.errors(error));
      },
    });
  };

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <fieldset disabled={!may} className={settings.fields}>
        <legend className={settings.legend}>Version {policy.version}</legend>
        {children(form, may)}
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

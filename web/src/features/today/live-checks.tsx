// SPDX-License-Identifier: AGPL-3.0-or-later
// What the checks say of words that are being typed; nothing is saved by it. The sentence stands where it is always seen and
// is spoken only when it changes; the findings stand below the words.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Check, EmailChecked, EmailWords } from '../../api/gen';
import { CheckList } from '../../components/check-list';
import { liveCheckQuery } from './api';
import classes from './today.module.css';

const PAUSE_MS = 500;

const isWhole = (words: EmailWords): boolean => words.subject.trim() !== '' && words.paragraphs.every((p) => p.text.trim() !== '');

/** The outcome for the words as they were when somebody last paused; nothing until words were changed. */
export function useLiveCheck(id: string, words: EmailWords, changed: boolean): EmailChecked | undefined {
  const [asked] = useDebouncedValue(words, PAUSE_MS);
  const { data } = useQuery({ ...liveCheckQuery(id, asked), enabled: changed && isWhole(asked) });
  return changed ? data : undefined;
}

/** The first finding of those that block, as the reason. */
const reasonOf = (check: Check): string => check.promise ?? check.code.replaceAll('_', ' ');

export function LiveSentence({ checked }: { checked: EmailChecked | undefined }) {
  const first = checked?.checks.find((c) => c.level === 'hard');
  return (
    <p className={classes.note} role="status" data-bad={first !== undefined || undefined}>
      {checked !== undefined && (first === undefined ? 'As it stands, no check would block it.' : `As it stands, a check would block it: ${reasonOf(first)}`)}
    </p>
  );
}

export function LiveFindings({ checked }: { checked: EmailChecked | undefined }) {
  const findings = checked?.checks.filter((c) => c.level !== 'pass') ?? [];
  return findings.length === 0 ? null : <CheckList checks={findings} />;
}

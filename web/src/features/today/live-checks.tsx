// SPDX-License-Identifier: AGPL-3.0-or-later
// What the checks say of words that are being typed; nothing is saved by it. It speaks only when the outcome changes.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { EmailWords } from '../../api/gen';
import { CheckList } from '../../components/check-list';
import { liveCheckQuery } from './api';
import classes from './today.module.css';

const PAUSE_MS = 500;

const isWhole = (words: EmailWords): boolean => words.subject.trim() !== '' && words.paragraphs.every((p) => p.text.trim() !== '');

export function LiveChecks({ id, words }: { id: string; words: EmailWords }) {
  const [asked] = useDebouncedValue(words, PAUSE_MS);
  const query = useQuery({ ...liveCheckQuery(id, asked), enabled: isWhole(asked) });
  if (query.data === undefined) return null;
  const findings = query.data.checks.filter((c) => c.level !== 'pass');
  return (
    <div>
      <p className={classes.note} role="status">
        {query.data.blocked ? 'As it stands, a check would block it.' : 'As it stands, no check would block it.'}
      </p>
      <CheckList checks={findings} />
    </div>
  );
}

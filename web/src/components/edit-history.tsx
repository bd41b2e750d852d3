// SPDX-License-Identifier: AGPL-3.0-or-later
// What people changed in a draft, oldest first, each change as a diff of its words.
import type { Edit } from '../api/gen';
import { actor } from '../lib/actor';
import { When } from './when';
import { WordDiff } from './word-diff';
import classes from './writing.module.css';

const names: Record<string, string> = { subject: 'Subject', preheader: 'Teaser', sign_off: 'Sign-off', cta_label: 'Button' };

/** "paragraphs/1" is the second paragraph, "paragraphs/1/facts" what it rests on. */
export function fieldName(field: string): string {
  const paragraph = /^paragraphs\/(\d+)(\/facts)?$/.exec(field);
  if (paragraph !== null) return `${paragraph[2] === undefined ? 'Paragraph' : 'Facts of paragraph'} ${String(Number(paragraph[1]) + 1)}`;
  return names[field] ?? field.replaceAll('_', ' ');
}

/** @param staffId the signed-in person, called "you" */
export function EditHistory({ edits, staffId }: { edits: readonly Edit[]; staffId: string }) {
  if (edits.length === 0) return <p className={classes.none}>Nobody changed a word.</p>;
  return (
    <ol className={classes.edits}>
      {edits.map((edit) => (
        <li key={edit.at}>
          <p>
            <When at={edit.at} as="datetime" /> {actor(edit.by, staffId)}
          </p>
          {edit.changes.map((change) => (
            <div key={change.field}>
              <b>{fieldName(change.field)}</b>
              <WordDiff before={change.before ?? ''} after={change.after ?? ''} />
            </div>
          ))}
        </li>
      ))}
    </ol>
  );
}

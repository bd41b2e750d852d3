// SPDX-License-Identifier: AGPL-3.0-or-later
// The only things the text may say, each with the paragraphs that rest on it.
import type { Email } from '../api/gen';
import classes from './evidence.module.css';

/** "paragraph 1, 3 and a pick", or "not used". */
export function factUse(email: Pick<Email, 'paragraphs' | 'picks'>, id: string): string {
  const inText = email.paragraphs.flatMap((p, i) => (p.facts.includes(id) ? [String(i + 1)] : []));
  const inPick = email.picks.some((p) => p.facts.includes(id));
  const words = [inText.length > 0 ? `paragraph ${inText.join(', ')}` : '', inPick ? 'pick' : ''].filter((part) => part !== '');
  return words.length === 0 ? 'not used' : words.join(', ');
}

export function FactList({ email }: { email: Pick<Email, 'facts' | 'paragraphs' | 'picks'> }) {
  return (
    <ul className={classes.facts}>
      {email.facts.map((fact) => (
        <li key={fact.id}>
          {fact.text}
          <span>{factUse(email, fact.id)}</span>
        </li>
      ))}
    </ul>
  );
}

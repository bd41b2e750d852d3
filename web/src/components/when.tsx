// SPDX-License-Identifier: AGPL-3.0-or-later
// An instant in the reader's zone, short or relative, with the exact UTC instant on hover.
import { useNow } from '../lib/clock';
import { date, dateTime, relative, shortDate } from '../lib/format';

type Form = 'date' | 'short' | 'datetime' | 'relative';

export function When({ at, as = 'date' }: { at: string; as?: Form }) {
  return as === 'relative' ? <Relative at={at} /> : <Fixed at={at} as={as} />;
}

function Fixed({ at, as }: { at: string; as: Exclude<Form, 'relative'> }) {
  const text = as === 'date' ? date(at) : as === 'short' ? shortDate(at) : dateTime(at);
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}

function Relative({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={at}>
      {relative(at, now)}
    </time>
  );
}

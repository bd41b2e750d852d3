// SPDX-License-Identifier: AGPL-3.0-or-later
// Lies over a drawing and lets it be read: by pointing anywhere, or by the arrow keys from one place worth reading to the
// next. What stands at the place is spoken as the value of a slider; the drawing shows it in its own way.
import type { CSSProperties } from 'react';
import classes from './chart.module.css';

interface Props {
  /** What is read, as "Read the chart week by week". */
  label: string;
  /** Places the keys stop at, in pixels from the left, ascending. */
  stops: readonly number[];
  /** Where the reader is, or null. */
  at: number | null;
  onAt: (at: number | null) => void;
  /** What stands at `at`, in words. */
  text: string;
}

/** The stop that a key leads to from `at`; undefined for a key that does not move. Without a place it starts at the end. */
function target(key: string, stops: readonly number[], at: number | null): number | undefined {
  const last = stops.at(-1);
  if (at === null && ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'End'].includes(key)) return last;
  const from = at ?? 0;
  if (key === 'ArrowLeft' || key === 'ArrowDown') return stops.findLast((x) => x < from - 0.5) ?? stops[0];
  if (key === 'ArrowRight' || key === 'ArrowUp') return stops.find((x) => x > from + 0.5) ?? last;
  if (key === 'Home') return stops[0];
  return key === 'End' ? last : undefined;
}

/** Where the words for a place stand: on the side that has more room. */
export const beside = (x: number, width: number, top: number): CSSProperties => (x < width / 2 ? { left: x + 10, top } : { right: width - x + 10, top });

export function ChartReader({ label, stops, at, onAt, text }: Props) {
  const index = at === null ? stops.length - 1 : stops.filter((x) => x < at - 0.5).length;
  return (
    <div
      role="slider"
      tabIndex={0}
      className={classes.reader}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, stops.length)}
      aria-valuenow={Math.min(index + 1, Math.max(1, stops.length))}
      aria-valuetext={text}
      onPointerMove={(event) => {
        onAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
      }}
      onPointerLeave={() => {
        onAt(null);
      }}
      onBlur={() => {
        onAt(null);
      }}
      onKeyDown={(event) => {
        const to = event.key === 'Escape' ? null : target(event.key, stops, at);
        if (to === undefined) return;
        event.preventDefault();
        onAt(to);
      }}
    />
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// A slider: the browser's own, so that keys, touch and screen readers work as everywhere. It may run over a list of round
// values, where the scale is too wide for even steps.
import classes from './range.module.css';

interface Props {
  label: string;
  /** The values it runs over, ascending; it stands at the one nearest to `value`. */
  values: readonly number[];
  value: number;
  onChange: (value: number) => void;
  /** The value in words, for who hears it. */
  text: string;
  disabled?: boolean | undefined;
}

/** The index of the value nearest to `value`. */
export function nearestIndex(values: readonly number[], value: number): number {
  let best = 0;
  for (const [i, v] of values.entries()) {
    if (Math.abs(v - value) < Math.abs((values[best] ?? 0) - value)) best = i;
  }
  return best;
}

export function Range({ label, values, value, onChange, text, disabled }: Props) {
  const index = nearestIndex(values, value);
  const share = values.length < 2 ? 0 : index / (values.length - 1);
  return (
    <input
      type="range"
      className={classes.range}
      style={{ '--share': share } as React.CSSProperties}
      aria-label={label}
      aria-valuetext={text}
      min={0}
      max={Math.max(0, values.length - 1)}
      step={1}
      value={index}
      disabled={disabled}
      onChange={(event) => {
        const next = values[Number(event.currentTarget.value)];
        if (next !== undefined) onChange(next);
      }}
    />
  );
}

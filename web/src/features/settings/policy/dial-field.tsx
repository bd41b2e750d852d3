// SPDX-License-Identifier: AGPL-3.0-or-later
// A number with a slider under it: slide for the feel, type for the exact value.
import { NumberInput } from '@mantine/core';
import { Range } from '../../../components/range';
import classes from './policy.module.css';

interface Props {
  label: string;
  description: string;
  /** Where the slider stands; the field itself takes what lies between and beyond. */
  values: readonly number[];
  min: number;
  max: number;
  decimals?: number;
  /** After the number, as " %". */
  unit?: string;
  disabled: boolean;
  /** From the form. */
  input: { value?: unknown; onChange?: unknown; error?: unknown };
}

export function DialField({ label, description, values, min, max, decimals = 0, unit = '', disabled, input }: Props) {
  const value = Number(input.value);
  const set = input.onChange as (value: number | string) => void;
  return (
    <div className={classes.dial}>
      <NumberInput
        label={label}
        description={description}
        min={min}
        max={max}
        decimalScale={decimals}
        allowDecimal={decimals > 0}
        suffix={unit}
        thousandSeparator=","
        value={input.value as number | string}
        error={input.error as string | undefined}
        onChange={set}
      />
      <Range label={`Slide: ${label}`} values={values} value={Number.isFinite(value) ? value : min} text={`${String(value)}${unit}`} disabled={disabled} onChange={set} />
    </div>
  );
}

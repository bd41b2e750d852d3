// SPDX-License-Identifier: AGPL-3.0-or-later
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { nearestIndex, Range } from './range';

test.each([
  [[0, 5, 10], 4, 1],
  [[0, 5, 10], -3, 0],
  [[0, 5, 10], 99, 2],
  [[10], 3, 0],
])('of %j the nearest to %d is number %d', (values, value, index) => {
  expect(nearestIndex(values, value)).toBe(index);
});

test('slides over round values and says the value, not the step', () => {
  const onChange = vi.fn();
  render(<Range label="A day" values={[0, 10, 100, 1000]} value={90} text="90 a day" onChange={onChange} />);
  const slider = screen.getByRole('slider', { name: 'A day' });
  expect(slider).toHaveProperty('value', '2');
  expect(slider.getAttribute('aria-valuetext')).toBe('90 a day');
  fireEvent.change(slider, { target: { value: 3 } });
  expect(onChange).toHaveBeenCalledWith(1000);
});

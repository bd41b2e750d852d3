// SPDX-License-Identifier: AGPL-3.0-or-later
// The values the sliders of the policy run over: even steps where the range is short, round numbers where it is wide.

/** From `from` to `to` in steps. */
const steps = (from: number, to: number, step: number): number[] => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

export const thresholds = steps(10, 90, 1);
export const holdouts = steps(0, 50, 1);
export const caps = [...steps(0, 60, 1), ...steps(65, 120, 5), ...steps(130, 360, 10), 365];
export const dailies = [...steps(0, 20, 1), ...steps(25, 100, 5), ...steps(110, 200, 10), ...steps(225, 500, 25), ...steps(600, 1000, 100), 1500, 2000, 3000, 5000, 7500, 10_000, 20_000, 50_000, 100_000];
export const chances = [0.1, 0.2, 0.3, 0.5, 0.75, ...steps(1, 20, 1), ...steps(25, 90, 5)];

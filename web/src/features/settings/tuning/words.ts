// SPDX-License-Identifier: AGPL-3.0-or-later
// Detectors and dial positions in words.
import type { Detector, TuningDial, TuningMeasure, TuningProposal } from '../../../api/gen';
import { count, day, days, percent, rough, short } from '../../../lib/format';

/** "Score, half-life 60 days, own rhythm 0.25, fade 6 gaps". */
export function detectorWords(d: Detector): string {
  if (d.kind === 'chance') return 'Chance of an order within 30 days';
  const half = `half-life ${rough(d.half_life_days)} days`;
  return d.kind === 'rfm' ? `Score without own rhythm, ${half}` : `Score, ${half}, own rhythm ${String(d.rhythm_power)}, fade ${rough(d.fade_gaps)} gaps`;
}

/** The threshold as its detector means it: points of the score, or a chance. */
export const thresholdWords = (detector: Detector, threshold: number): string => (detector.kind === 'chance' ? percent(threshold) : short(threshold));

/** What of a position moves: the threshold of a score, or the chance. */
export const dialValue = (detector: Detector, at: { threshold: number; chance?: number }): number => (detector.kind === 'chance' ? (at.chance ?? at.threshold) : at.threshold);

/** The same of the proposal itself, or of a row of its table. */
export const proposedValue = ({ detector, threshold }: Pick<TuningProposal, 'detector' | 'threshold'>): number => dialValue(detector, { threshold, chance: detector.chance });

/** Between two positions, a share of the way from the one to the other. */
function between(a: TuningDial, b: TuningDial, share: number): TuningDial {
  const mix = (x: number, y: number): number => x + (y - x) * share;
  const mixed = (x: number | null, y: number | null): number | null => (x === null || y === null ? null : mix(x, y));
  return {
    threshold: mix(a.threshold, b.threshold),
    chance: mix(a.chance, b.chance),
    wasted: mixed(a.wasted, b.wasted),
    wasted_se: mixed(a.wasted_se, b.wasted_se),
    median_silence_days: mixed(a.median_silence_days, b.median_silence_days),
    episodes_per_day: mix(a.episodes_per_day, b.episodes_per_day),
  };
}

/** The positions from the fewest emails to the most, and which of them is the proposal. It stands among them by itself where
 * the dial has no such position, with the figures that its neighbours give; beyond the ends the end's own. */
export function dialOf(proposal: TuningProposal): { dial: TuningDial[]; proposed: number } {
  const value = (at: TuningDial): number => dialValue(proposal.detector, at);
  const wanted = proposedValue(proposal);
  const dial = proposal.dial.toSorted((a, b) => value(a) - value(b));
  const found = dial.findIndex((d) => Math.abs(value(d) - wanted) < 1e-9);
  if (found < 0 && dial.length > 0) {
    const after = dial.findIndex((d) => value(d) > wanted);
    const [low, high] = [dial[after - 1], dial[after]];
    const edge = low ?? high ?? dial.at(-1);
    const own = low !== undefined && high !== undefined ? between(low, high, (wanted - value(low)) / (value(high) - value(low))) : edge;
    if (own !== undefined) dial.splice(after < 0 ? dial.length : after, 0, { ...own, ...(proposal.detector.kind === 'chance' ? { chance: wanted } : { threshold: wanted }) });
  }
  return { dial, proposed: Math.max(0, dial.findIndex((d) => Math.abs(value(d) - wanted) < 1e-9)) };
}

/** The one question of tuning, answered for a position: never better than it is, so the share is rounded up. */
export function dialWords({ wasted, episodes_per_day: daily }: TuningDial): string {
  const emails = `${rough(daily)} emails a day`;
  if (wasted === null) return `That is ${emails}; how many would have come back alone cannot be said.`;
  return `Of the people we write to, at most ${percent(Math.ceil(wasted * 100 - 1e-9) / 100, 0)} would have come back alone within 30 days; that is ${emails}.`;
}

/** "A fixed delay of 61 days": what one would do without a detector. */
export const delayWords = ({ days: delay }: TuningMeasure): string => (delay === undefined ? 'A fixed delay' : `A fixed delay of ${days(delay)}`);

/** What the proposal rests on. */
export function basisWords({ clients, orders, sample, trained, reported }: TuningProposal): string {
  return `From ${count(orders)} orders of ${count(clients)} clients${sample < clients ? ', a sample of whom was looked at' : ''}. Chosen on ${day(trained.from)} to ${day(trained.to)}, measured on ${day(reported.from)} to ${day(reported.to)}, which the choice never saw.`;
}

/** The half-life that a usual gap asks for: twice the gap, within what a detector may have. */
export const halfLifeFor = (gapDays: number): number => Math.min(360, Math.max(30, 2 * gapDays));

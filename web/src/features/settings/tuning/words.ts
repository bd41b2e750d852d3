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

/** From the fewest emails to the most. */
export const sortedDial = (dial: readonly TuningDial[]): TuningDial[] => dial.toSorted((a, b) => a.episodes_per_day - b.episodes_per_day);

/** What of a position moves: the threshold of a score, or the chance. */
export const dialValue = (detector: Detector, at: { threshold: number; chance?: number }): number => (detector.kind === 'chance' ? (at.chance ?? at.threshold) : at.threshold);

/** The same of the proposal itself, or of a row of its table. */
export const proposedValue = ({ detector, threshold }: Pick<TuningProposal, 'detector' | 'threshold'>): number => dialValue(detector, { threshold, chance: detector.chance });

/** The position of the dial that is the proposal, or nearest to it. */
export function proposedIndex(dial: readonly TuningDial[], proposal: TuningProposal): number {
  const off = (d: TuningDial): number => Math.abs(dialValue(proposal.detector, d) - proposedValue(proposal));
  return dial.reduce((best, d, i) => (off(d) < off(dial[best] ?? d) ? i : best), 0);
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

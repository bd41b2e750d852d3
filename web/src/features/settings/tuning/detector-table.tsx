// SPDX-License-Identifier: AGPL-3.0-or-later
// What was compared: first what the choice is worth on the part of the history it never saw, beside the detector as
// delivered and a fixed delay; then all detectors on the part it was chosen on, each at the same number of alarms.
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { TuningMeasure, TuningProposal } from '../../../api/gen';
import { Badge } from '../../../components/state-badge';
import { count, percent, rough } from '../../../lib/format';
import classes from './tuning.module.css';
import { delayWords, detectorWords, proposedValue, thresholdWords } from './words';

type Measure = Pick<TuningMeasure, 'alarms' | 'wasted' | 'wasted_se' | 'median_silence_days' | 'final_silences_alarmed'>;

export function LaterTable({ later }: { later: TuningProposal['later'] }) {
  return (
    <Table name="Measured on the later part" threshold={false}>
      <Row measure={later.chosen} chosen>
        The proposal
      </Row>
      <Row measure={later.default}>As delivered</Row>
      <Row measure={later.fixed}>{delayWords(later.fixed)}</Row>
    </Table>
  );
}

/** So many of the best are shown until all are asked for. */
const FIRST = 8;

export function DetectorTable({ rows, fixed }: { rows: TuningProposal['table']; fixed: TuningMeasure }) {
  const [all, setAll] = useState(rows.length <= FIRST);
  const shown = rows.filter((row, i) => all || i < FIRST || row.chosen || row.default);
  return (
    <>
      <Table name="Detectors compared" threshold>
        {shown.map((row, i) => (
          <Row key={i} measure={row} chosen={row.chosen} threshold={thresholdWords(row.detector, proposedValue(row))}>
            {detectorWords(row.detector)} {row.chosen && <Badge label="proposed" tone="ember" />} {row.default && <Badge label="as delivered" tone="calm" />}
          </Row>
        ))}
        <Row measure={fixed} threshold="–">
          {delayWords(fixed)}
        </Row>
      </Table>
      {!all && (
        <Button variant="subtle" color="gray" size="compact-sm" mt={8} onClick={() => { setAll(true); }}>
          Show all {count(rows.length)}
        </Button>
      )}
    </>
  );
}

function Table({ name, threshold, children }: { name: string; threshold: boolean; children: ReactNode }) {
  return (
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={name}>
      <table className={classes.table} aria-label={name}>
        <thead>
          <tr>
            <th scope="col">Detector</th>
            {threshold && <th scope="col">Threshold</th>}
            <th scope="col">Alarms</th>
            <th scope="col">Back alone in 30 days</th>
            <th scope="col">Silent, days</th>
            <th scope="col">Leavers noticed</th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Row({ measure, threshold, chosen = false, children }: { measure: Measure; threshold?: string; chosen?: boolean; children: ReactNode }) {
  const { alarms, wasted, wasted_se: error, median_silence_days: silence, final_silences_alarmed: noticed } = measure;
  return (
    <tr data-chosen={chosen || undefined}>
      <th scope="row">{children}</th>
      {threshold !== undefined && <td>{threshold}</td>}
      <td>{count(alarms)}</td>
      <td>
        {wasted === null ? '–' : percent(wasted)}
        {error !== null && <small> ± {percent(error)}</small>}
      </td>
      <td>{silence === null ? '–' : rough(silence)}</td>
      <td>{noticed === null ? '–' : percent(noticed, 0)}</td>
    </tr>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// The detectors that were compared, each at the same number of alarms, best first.
import type { TuningRow } from '../../../api/gen';
import { Badge } from '../../../components/state-badge';
import { count, percent, rough } from '../../../lib/format';
import classes from './tuning.module.css';
import { detectorWords, thresholdWords } from './words';

export function DetectorTable({ rows }: { rows: readonly TuningRow[] }) {
  return (
    <div className={classes.scroll} tabIndex={0} role="group" aria-label="Detectors compared">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Detector</th>
            <th scope="col">Threshold</th>
            <th scope="col">Alarms</th>
            <th scope="col">Back alone in 30 days</th>
            <th scope="col">Silent, days</th>
            <th scope="col">Leavers noticed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} data-chosen={row.chosen || undefined}>
              <th scope="row">
                {detectorWords(row.detector)} {row.chosen && <Badge label="proposed" tone="ember" />} {row.default && <Badge label="as delivered" tone="calm" />}
              </th>
              <td>{thresholdWords(row.detector, row.detector.kind === 'chance' ? (row.detector.chance ?? row.threshold) : row.threshold)}</td>
              <td>{count(row.alarms)}</td>
              <td>
                {row.wasted === null ? '–' : percent(row.wasted)}
                {row.wasted_se !== null && <small> ± {percent(row.wasted_se)}</small>}
              </td>
              <td>{row.median_silence_days === null ? '–' : rough(row.median_silence_days)}</td>
              <td>{row.final_silences_alarmed === null ? '–' : percent(row.final_silences_alarmed, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// What left the house with the last request: the name of each value and a short hash of it, never the value. The hash of
// the whole request and the version of its instructions make it possible to prove later what was asked.
import type { Egress, Writer } from '../api/gen';
import classes from './writing.module.css';

export function EgressList({ egress, writer }: { egress: readonly Egress[]; writer: Writer | null }) {
  if (egress.length === 0) return <p className={classes.none}>Nothing: no model was asked for this email.</p>;
  return (
    <>
      <p className={classes.note}>
        {egress.length} values, none of them a name, an address or an id. Instructions {writer?.prompt_version ?? 'of an unknown version'}.
      </p>
      {writer?.request_hash != null && (
        <p className={classes.note}>
          SHA-256 of the request: <code>{writer.request_hash}</code>
        </p>
      )}
      <details className={classes.fold}>
        <summary>Value by value</summary>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Its hash</th>
            </tr>
          </thead>
          <tbody>
            {egress.map((value) => (
              <tr key={value.field}>
                <td>{value.field}</td>
                <td>
                  <code>{value.hash}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// Server-sent events as a service may write them: any line end, JSON over several data lines, comments and other fields in
// between, and the bytes cut anywhere.
const DELTA_LENGTH = 24;
const EOLS = { lf: '\n', crlf: '\r\n', cr: '\r' };

// The content in pieces, never through a surrogate pair.
export function pieces(content, length = DELTA_LENGTH) {
  const letters = Array.from(content), out = [];
  for (let i = 0; i < letters.length; i += length) out.push(letters.slice(i, i + length).join(''));
  return out;
}

// `wire`: {eol: lf|crlf|cr|mixed, multiLine, comments, fields, bom, sizes: [n, ...]}. Events of one stream share a Frames.
export class Frames {
  constructor(wire = {}) {
    this.wire = wire;
    this.count = 0;
  }

  eol() {
    const { eol = 'lf' } = this.wire;
    return eol === 'mixed' ? Object.values(EOLS)[this.count++ % 3] : EOLS[eol];
  }

  // A byte order mark may stand before everything else.
  begin() {
    const mark = this.wire.bom && !this.begun ? '\ufeff' : '';
    this.begun = true;
    return mark;
  }

  comment(text = 'OPENROUTER PROCESSING') {
    const end = this.eol();
    return `${this.begin()}: ${text}${end}${end}`;
  }

  // One event whose data is `data` (a text).
  event(data) {
    const end = this.eol();
    const mark = this.begin();
    const fields = this.wire.fields ? `event: message${end}id: ${this.count++}${end}retry: 3000${end}` : '';
    const comment = this.wire.comments ? this.comment() : '';
    return `${mark}${comment}${fields}${data.split('\n').map((line) => `data: ${line}${end}`).join('')}${end}`;
  }

  json(value) { return this.event(JSON.stringify(value, null, this.wire.multiLine ? 1 : undefined)); }
}

// Until the peer has taken what was written, or is gone.
function drained(response) {
  return new Promise((resolve) => {
    const done = () => { response.off('drain', done).off('close', done); resolve(); };
    response.on('drain', done).on('close', done);
  });
}

// Writes all bytes, cut as `sizes` says (round and round), each cut a chunk of its own. False when the peer went away.
export async function writeCut(response, bytes, sizes = []) {
  const buffer = Buffer.from(bytes);
  let at = 0;
  for (let turn = 0; at < buffer.length; turn++) {
    const size = sizes.length > 0 ? sizes[turn % sizes.length] : buffer.length;
    if (response.destroyed || response.closed) return false;
    if (!response.write(buffer.subarray(at, at + size))) await drained(response);
    at += size;
  }
  return !response.destroyed;
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// One raw HTTP request: any bytes, any headers, over TCP or the admin socket. Nothing is added that was not asked for.
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

// {method, path, headers, body (Buffer or string), port | socketPath} -> {status, headers, type, text, json, lines}.
// `type` is the content type without its parameters; json and lines are parsed only where the type says so.
export function request({ method, path, headers = {}, body, port, socketPath }) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const target = socketPath ? { socketPath } : { host: '127.0.0.1', port, agent };
  return new Promise((resolve, reject) => {
    let answered = false;
    const sent = http.request({ ...target, method, path,
      headers: { ...(bytes === undefined || headers['transfer-encoding'] ? {} : { 'content-length': bytes.length }), ...headers } });
    sent.setTimeout(120000, () => sent.destroy(new Error(`${method} ${path}: no answer within 120 s`)));
    // A server that refuses early may close while the body is still being written; its answer counts all the same.
    sent.on('error', (error) => { if (!answered) reject(new Error(`${method} ${path}: ${error.message}`)); });
    sent.on('response', (response) => {
      answered = true;
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => resolve(read(response, Buffer.concat(pieces))));
    });
    sent.end(bytes);
  });
}

function read(response, bytes) {
  const text = bytes.toString('utf8');
  const type = (response.headers['content-type'] ?? '').split(';')[0].trim();
  const answer = { status: response.statusCode, headers: response.headers, type, bytes, text };
  if (/[/+]json$/.test(type)) answer.json = JSON.parse(text);
  if (type === 'application/x-ndjson') answer.lines = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return answer;
}

// A live stream: events {id, event, data, comment} as they come, until close() is called.
export function openStream({ path, headers, port }) {
  const events = [];
  const stream = { events, close: () => sent.destroy() };
  let text = '';
  const sent = http.request({ host: '127.0.0.1', port, path, headers, agent: false });
  sent.on('error', () => {}); // close() and the server's end both come here
  stream.opened = new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      resolve({ status: response.statusCode, headers: response.headers, type: (response.headers['content-type'] ?? '').split(';')[0] });
      response.on('error', () => {});
      response.on('data', (piece) => {
        const blocks = (text + piece).split('\n\n');
        text = blocks.pop();
        for (const block of blocks) events.push(parseEvent(block));
      });
    });
  });
  sent.end();
  return stream;
}

function parseEvent(block) {
  const event = {};
  for (const line of block.split('\n')) {
    const [, name, value] = /^([a-z]*): ?(.*)$/.exec(line) ?? [];
    event[name === '' ? 'comment' : name] = value;
  }
  return event;
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// The real program against real parts: `rekindle serve` on a folder of its own with a manual clock, Postfix's smtp-sink as
// the relay, and the HTTP API as the only way in. Nothing here knows how the program works inside.
import { spawn, execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const BIN = process.env.REKINDLE_BIN ?? path.resolve('build/rekindle');
export const LONG = process.env.REKINDLE_LONG === '1';
const SMTP_SINK = '/usr/sbin/smtp-sink';

export async function freePort() {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// Waits until `look` gives something true; throws after `seconds`.
export async function until(what, look, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await delay(20);
  }
}

export function temporaryFolder(name) {
  return mkdtempSync(path.join(tmpdir(), `rekindle-${name}-`));
}

// Runs the program to its end; {code, stdout, stderr}.
export function run(args, env = {}, input = '', bin = BIN) {
  return new Promise((resolve) => {
    const child = execFile(bin, args, { env: { ...process.env, ...env }, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr }));
    child.stdin.end(input);
  });
}

// A relay that accepts everything and keeps each message as a file.
export class Sink {
  static async start() {
    const sink = new Sink();
    sink.port = await freePort();
    sink.folder = temporaryFolder('sink');
    chmodSync(sink.folder, 0o777);
    const user = process.getuid() === 0 ? ['-u', 'nobody'] : [];
    sink.child = spawn(SMTP_SINK, [...user, '-d', `${sink.folder}/%M.`, `127.0.0.1:${sink.port}`, '100'], { stdio: 'ignore' });
    await until('smtp-sink', () => new Promise((resolve) => {
      const socket = net.connect(sink.port, '127.0.0.1');
      socket.on('connect', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    }));
    return sink;
  }

  // What the server got, whole messages only: {messageId, recipient, text}.
  messages() {
    return readdirSync(this.folder).map((name) => readFileSync(path.join(this.folder, name), 'utf8')).flatMap((text) => {
      const id = /^Message-I[dD]: <([^>]+)>/m.exec(text);
      const recipient = /^X-Rcpt-Args: <([^>]+)>/m.exec(text);
      return id && recipient && text.includes('multipart/alternative') ? [{ messageId: id[1], recipient: recipient[1], text }] : [];
    });
  }

  async stop() {
    this.child.kill('SIGKILL');
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// One shop on one folder. Start, kill and start again as often as you like: the folder stays.
export class Shop {
  constructor({ now, sink, env = {}, folder = temporaryFolder('shop'), bin = BIN }) {
    this.bin = bin; // the release build, or the one with sanitizers
    this.folder = folder;
    this.data = path.join(folder, 'data');
    this.now = now;
    this.sink = sink;
    this.extra = env;
    this.log = '';
  }

  env() {
    return {
      REKINDLE_DATA: this.data,
      REKINDLE_CLOCK: this.now,
      REKINDLE_WRITER: 'template',
      REKINDLE_LISTEN: `127.0.0.1:${this.port}`,
      REKINDLE_PUBLIC_URL: 'http://127.0.0.1:9',
      REKINDLE_SHOP_NAME: 'Corner Records',
      REKINDLE_SHOP_URL: 'https://records.example/',
      REKINDLE_POSTAL_ADDRESS: '1 Main Street, Springfield',
      REKINDLE_MAIL_URL: this.sink ? `smtp://127.0.0.1:${this.sink.port}` : 'rehearsal',
      REKINDLE_MAIL_FROM: 'hello@records.example',
      ...this.extra,
    };
  }

  async cli(args, input = '') {
    this.port ??= await freePort();
    return run(args, this.env(), input, this.bin);
  }

  async start() {
    this.port ??= await freePort();
    this.child = spawn(this.bin, ['serve'], { env: { ...process.env, ...this.env() }, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr.on('data', (chunk) => { this.log = (this.log + chunk).slice(-200000); });
    const child = this.child;
    await until('the server', async () => {
      if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}: ${this.log.slice(-2000)}`);
      return fetch(`http://127.0.0.1:${this.port}/healthz`).then((r) => r.ok, () => false);
    });
    if (!this.key) {
      const made = await this.cli(['key', 'create', '--name', 'test', '--scope', 'admin']);
      if (made.code !== 0) throw new Error(`key create: ${made.stderr}`);
      this.key = made.stdout.trim();
    }
  }

  async kill(signal = 'SIGKILL') {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  async stop() {
    await this.kill('SIGTERM');
    return this.child?.exitCode;
  }

  async remove() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  // One request; throws on a status that is not among `expect`.
  async call(method, url, body, { expect = [200, 201, 202, 204], headers = {}, type = 'application/json' } = {}) {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1${url}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!expect.includes(response.status)) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
    const json = (response.headers.get('content-type') ?? '').includes('json') && type !== 'application/x-ndjson';
    return { status: response.status, headers: response.headers, text, body: json && text ? JSON.parse(text) : undefined };
  }

  async *list(url) {
    let cursor = '';
    do {
      const { body } = await this.call('GET', `${url}${url.includes('?') ? '&' : '?'}limit=200${cursor}`);
      yield* body.items;
      cursor = body.next_cursor ? `&cursor=${encodeURIComponent(body.next_cursor)}` : '';
    } while (cursor);
  }

  async all(url) {
    const items = [];
    for await (const item of this.list(url)) items.push(item);
    return items;
  }

  // NDJSON lines through the batch endpoint; the per-line answers.
  async batch(lines) {
    const { text } = await this.call('POST', '/batch', lines.map((line) => JSON.stringify(line)).join('\n') + (lines.length ? '\n' : ''),
      { type: 'application/x-ndjson' });
    return text.trim() === '' ? [] : text.trim().split('\n').map((line) => JSON.parse(line));
  }

  clock(now) { return this.call('POST', '/clock', { now }); }

  async policy(change) {
    const { body, headers } = await this.call('GET', '/policy');
    const { version, ...rest } = body;
    await this.call('PUT', '/policy', { ...rest, ...change }, { headers: { 'if-match': headers.get('etag') } });
  }

  // What cannot be brought about from outside at will is put into the tables while the program is down.
  async putIntoTables(sql) {
    const code = await this.stop();
    if (code !== 0) throw new Error(`serve ended with ${code}: ${this.log.slice(-2000)}`);
    execFileSync('sqlite3', [path.join(this.data, 'rekindle.db'), sql]);
    await this.start();
  }

  // The same arms in every run. The API draws a new salt when asked to, and takes none.
  useSalt(salt) { return this.putIntoTables(`UPDATE policy SET body = json_set(body, '$.holdout_salt', '${salt}')`); }

  // Approves every email in review as it is now; those that moved on meanwhile are left.
  async approveAll() {
    let approved = 0;
    for (const { id } of await this.all('/emails?status=in_review')) {
      const { body, headers } = await this.call('GET', `/emails/${id}`);
      if (body.status !== 'in_review') continue;
      const { status } = await this.call('POST', `/emails/${id}/approve`, { content_hash: body.content_hash },
        { headers: { 'if-match': headers.get('etag') }, expect: [200, 409, 412] });
      if (status === 200) approved++;
    }
    return approved;
  }
}

export function sharedData(name) {
  const folder = process.env.REKINDLE_SHARED_DATA ?? path.resolve('../shared/data');
  const file = path.join(folder, name);
  return existsSync(file) ? file : null;
}

export function makeFolder(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}

export const fileSize = (file) => statSync(file).size;

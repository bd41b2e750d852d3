#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// `make bench`: what the program can do on this machine. Figures of one run on one machine, best read as ratios: the import
// is timed in turn with the sqlite3 shell's own .import of the same file. Medians unless said. Nothing here passes or fails.
//
//   import        rows/s of `rekindle import orders` (validated, merged, with its change) beside sqlite3 .import (bytes to rows)
//   latency       from the answer to POST /orders until the client's score event, at 500 orders/s
//   memory, idle  of a server with 100,000 clients: resident set, and CPU seconds used in a minute of doing nothing
//   backtest      replay and report of a tenth and of all of a million orders, with tuning too: seconds and the most memory
//   walks         what the policy preview and the results read, at 100,000 and at a million clients (bench/walks_bench.c)
//   steps         scoring, re-arming everyone (a full rescoring), fit and tuning, at the same sizes (bench/step_bench.c)
//   mail          messages/s over 1, 4 and 16 connections beside smtp-source and nodemailer (bench/mail.mjs); `make bench ONLY=mail`
import { execFileSync, spawn } from 'node:child_process';
import http from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BIN, Shop, makeFolder, until } from '../tests/story-real/shop.mjs';
import { benchMail } from './mail.mjs';

const CLIENTS = Number(process.env.REKINDLE_BENCH_CLIENTS ?? 100000);
const RATE = 500, SECONDS = Number(process.env.REKINDLE_BENCH_SECONDS ?? 20), IDLE_SECONDS = Number(process.env.REKINDLE_BENCH_IDLE ?? 60);
const WALKS = (process.env.REKINDLE_BENCH_WALKS ?? '100000,1000000').split(',').map(Number);
const ROUNDS = Number(process.env.REKINDLE_BENCH_ROUNDS ?? 3);
const folder = mkdtempSync(path.join(tmpdir(), 'rekindle-bench-'));

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
const number = (value, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits });
const row = (name, value) => console.log(`${name.padEnd(44)} ${value}`);

function timed(command, args, options = {}) {
  const began = performance.now();
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'], maxBuffer: 1 << 28, ...options });
  return (performance.now() - began) / 1000;
}

// --- import -----------------------------------------------------------------------------------------------------------
function benchImport(orders) {
  const rows = execFileSync('wc', ['-l', orders], { encoding: 'utf8' }).split(' ')[0] - 1;
  const ours = [], theirs = [];
  for (let round = 0; round < ROUNDS; round++) {
    const data = path.join(folder, `import-${round}`), db = path.join(folder, `shell-${round}.db`);
    ours.push(timed(BIN, ['import', 'orders', orders], { env: { ...process.env, REKINDLE_DATA: data, REKINDLE_LOG: 'error' } }));
    theirs.push(timed('sqlite3', [db, 'pragma journal_mode=wal', '.mode csv', `.import ${orders} orders`]));
    rmSync(data, { recursive: true, force: true });
    rmSync(db, { force: true });
  }
  const ratio = median(ours.map((time, i) => time / theirs[i]));
  row('import, rows', number(rows));
  row('  rekindle import, rows/s', number(rows / median(ours)));
  row('  sqlite3 .import, rows/s', number(rows / median(theirs)));
  row('  time, ours / theirs (median of pairs)', number(ratio, 2));
}

// --- backtest ---------------------------------------------------------------------------------------------------------
async function measured(args) {
  const began = performance.now();
  const child = spawn(BIN, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  let most = 0;
  const look = () => { try { most = procStatus(child.pid, 'VmHWM'); } catch { /* it has just ended */ } };
  const timer = setInterval(look, 20);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${args[0]}: exit code ${code}`);
  return `${number((performance.now() - began) / 1000, 2)} s, ${number(most)} MB`;
}

async function benchBacktest() {
  for (const clients of [20500, 205000]) {
    const file = path.join(folder, `history-${clients}.csv`);
    execFileSync('sh', ['-c', '"$0" simulate --clients "$1" --seed 1 >"$2"', BIN, String(clients), file], { stdio: ['ignore', 'ignore', 'ignore'] });
    const rows = execFileSync('wc', ['-l', file], { encoding: 'utf8' }).split(' ')[0] - 1;
    row(`backtest of ${number(rows)} orders`, await measured(['backtest', '--orders', file]));
    row('  with --tune', await measured(['backtest', '--orders', file, '--tune']));
    rmSync(file);
  }
}

// --- a server with many clients ---------------------------------------------------------------------------------------
const procStatus = (pid, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function settled(shop) {
  await until('all clients to be scored', async () => {
    const { body } = await shop.call('GET', '/pipeline');
    const busy = body.stages.filter((stage) => ['change', 'score'].includes(stage.name ?? stage.id));
    return busy.every((stage) => (stage.waiting ?? 0) === 0 && (stage.running ?? 0) === 0);
  }, 1800);
}

async function benchIdle(shop) {
  const pid = shop.child.pid;
  const before = cpuSeconds(pid);
  await delay(IDLE_SECONDS * 1000);
  row(`idle CPU, seconds in ${IDLE_SECONDS} s`, number(cpuSeconds(pid) - before, 2));
  row('resident set, MB', number(procStatus(pid, 'VmRSS')));
  row('  of it anonymous', number(procStatus(pid, 'RssAnon')));
}

// --- latency ----------------------------------------------------------------------------------------------------------
// Listens to the live stream; a client's score event ends the wait of its newest order.
async function listen(shop, onScore, signal) {
  const response = await fetch(`http://127.0.0.1:${shop.port}/api/v1/stream`, { headers: { authorization: `Bearer ${shop.key}`, accept: 'text/event-stream' }, signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    const events = text.split('\n\n');
    text = events.pop();
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event);
      if (/^event: score$/m.test(event) && data) onScore(JSON.parse(data[1]).client_id);
    }
  }
}

// One POST over a few kept connections, as a shop system would: the server limits how many one address may open.
const agent = new http.Agent({ keepAlive: true, maxSockets: 24 });
function postOrder(shop, order) {
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, port: shop.port, host: '127.0.0.1', method: 'POST', path: '/api/v1/orders',
      headers: { authorization: `Bearer ${shop.key}`, 'content-type': 'application/json' } }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 201 ? resolve() : reject(new Error(`POST /orders: ${response.statusCode}`))));
    });
    request.on('error', reject);
    request.end(JSON.stringify(order));
  });
}

async function benchLatency(shop) {
  const answered = new Map(), scored = new Map(), latencies = [];
  const stop = new AbortController();
  const pair = (client) => { // whichever comes second; a score seen before its answer took no time after it
    if (answered.has(client) && scored.has(client)) latencies.push(Math.max(0, scored.get(client) - answered.get(client)));
  };
  const listening = listen(shop, (client) => {
    if (!client?.startsWith('latency-') || scored.has(client)) return;
    scored.set(client, performance.now());
    pair(client);
  }, stop.signal).catch(() => {});
  await delay(500);
  const total = RATE * SECONDS, began = performance.now(), posts = [];
  for (let i = 0; i < total; i++) {
    const at = began + (i * 1000) / RATE;
    if (at > performance.now()) await delay(at - performance.now());
    const client = `latency-${i}`; // a client each: every event has one order to end
    posts.push(postOrder(shop, { id: `l-${i}`, client_id: client, ordered_at: new Date().toISOString(), total_minor: 1000, currency: 'USD' })
      .then(() => { answered.set(client, performance.now()); pair(client); }));
  }
  await Promise.all(posts);
  const took = (performance.now() - began) / 1000;
  await until('the last scores', () => latencies.length === total, 60).catch(() => {});
  stop.abort();
  await listening;
  row('orders posted one by one, asked /s', number(RATE));
  row('  answered (durable) /s', number(total / took));
  row('  answer to score, p50 ms', number(quantile(latencies, 0.5), 1));
  row('  answer to score, p99 ms', number(quantile(latencies, 0.99), 1));
  row('  scores seen, of orders', `${number(latencies.length)} of ${number(total)}`);
}

// --- walks over a large shop ----------------------------------------------------------------------------------------------
function benchWalks(name, clients) {
  row(`${name} at ${number(clients)} clients`, '');
  const program = path.join(path.dirname(BIN), 'bench', `${name}_bench`);
  execFileSync(program, [path.join(folder, `${name}-${clients}`), String(clients)], { stdio: ['ignore', 'inherit', 'inherit'] });
  rmSync(path.join(folder, `${name}-${clients}`), { recursive: true });
}

async function benchShop() {
  for (const clients of WALKS) for (const name of ['walks', 'step']) benchWalks(name, clients);
  const simulated = path.join(folder, 'shop');
  execFileSync(BIN, ['simulate', '--clients', String(CLIENTS), '--seed', '1', '--out-dir', simulated]);
  const orders = path.join(simulated, 'orders.csv');
  benchImport(orders);
  await benchBacktest();
  const shop = new Shop({ now: 'real', folder: makeFolder(path.join(folder, 'served')), env: { REKINDLE_LOG: 'error' } });
  try {
    for (const kind of ['products', 'clients', 'orders']) {
      const result = await shop.cli(['import', kind, path.join(simulated, `${kind}.csv`)]);
      if (result.code !== 0) throw new Error(result.stderr);
    }
    const began = performance.now();
    await shop.start();
    await settled(shop);
    row(`scoring ${number(CLIENTS)} clients after the load, s`, number((performance.now() - began) / 1000, 1));
    await benchIdle(shop);
    await benchLatency(shop);
  } finally {
    await shop.kill();
  }
}

try {
  await benchMail(folder, row, number);
  if (process.env.ONLY !== 'mail') await benchShop();
} finally {
  agent.destroy();
  rmSync(folder, { recursive: true, force: true });
}

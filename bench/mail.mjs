// SPDX-License-Identifier: AGPL-3.0-or-later
// Messages per second to Postfix's smtp-sink: our mailer (bench/mail_bench.c), Postfix's own smtp-source and nodemailer's pool,
// in turn, over the same number of kept connections, with messages of the same size. What the sink counted must be what was
// sent. CPU is the sender's, per message; memory its most. smtp-source builds no message and keeps nothing of a reply: it
// is the floor. All share the machine with the sink, so its speed bounds every rate: read the CPU beside it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { BIN, freePort, until } from '../tests/story-real/shop.mjs';

const CONNECTIONS = [1, 4, 16];
const MESSAGES = Number(process.env.REKINDLE_BENCH_MESSAGES ?? 10000), ROUNDS = Number(process.env.REKINDLE_BENCH_MAIL_ROUNDS ?? 5);
const SINK = '/usr/sbin/smtp-sink', SOURCE = '/usr/sbin/smtp-source';
const TICKS = 100; // of CPU time in /proc, per second
const execute = promisify(execFile);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

// The sink writes its counters over and over, "sess=1 quit=1 mesg=7\r", to a file: reading it costs nobody anything meanwhile.
async function startSink(folder) {
  const sink = { port: await freePort(), file: path.join(folder, 'sink') };
  const user = process.getuid() === 0 ? ['-u', 'nobody'] : [], output = openSync(sink.file, 'w');
  sink.child = spawn(SINK, [...user, '-c', `127.0.0.1:${sink.port}`, '100'], { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  await until('smtp-sink', () => new Promise((resolve) => {
    const socket = net.connect(sink.port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  }));
  return sink;
}

const counted = (sink) => Number([...readFileSync(sink.file, 'utf8').matchAll(/mesg=(\d+)/g)].at(-1)?.[1] ?? 0);

const ours = async (port, connections, file) =>
  JSON.parse((await execute(path.join(path.dirname(BIN), 'bench', 'mail_bench'), [port, connections, MESSAGES, file].map(String))).stdout);

const theirs = async (port, connections, file) =>
  JSON.parse((await execute(process.execPath, [path.join(import.meta.dirname, 'nodemailer.mjs'), port, connections, MESSAGES, file].map(String))).stdout);

// CPU seconds of the children that have ended, this process's; none but the one that is measured ends meanwhile.
function childrenSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

async function source(port, connections, file) {
  const before = childrenSeconds(), began = performance.now();
  const child = spawn(SOURCE, ['-d', '-s', connections, '-m', MESSAGES, '-l', statSync(file).size, '-f', 'bounce@records.example',
    '-t', 'maya@clients.example', `127.0.0.1:${port}`].map(String), { stdio: ['ignore', 'ignore', 'inherit'] });
  let most = 0;
  const look = () => { try { most = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024; } catch { /* it has just ended */ } };
  const timer = setInterval(look, 20);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  if (code !== 0) throw new Error(`smtp-source: exit code ${code}`);
  return { connections, messages: MESSAGES, seconds: (performance.now() - began) / 1000,
    cpu_us_per_message: ((childrenSeconds() - before) * 1e6) / MESSAGES, rss_mb: most };
}

const SENDERS = [['rekindle', ours], ['smtp-source', source], ["nodemailer's pool", theirs]];

async function measure(sink, connections, file, row, number) {
  const results = SENDERS.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, [name, send]] of SENDERS.entries()) {
      const before = counted(sink);
      results[i].push(await send(sink.port, connections, file));
      await until(`the sink to count ${MESSAGES} of ${name}`, () => counted(sink) >= before + MESSAGES, 10).catch(() => {});
      if (counted(sink) !== before + MESSAGES) throw new Error(`${name}: ${counted(sink) - before} messages at the sink, ${MESSAGES} sent`);
    }
  }
  row(`mail over ${connections} connection${connections > 1 ? 's' : ''}`, '');
  for (const [i, [name]] of SENDERS.entries()) {
    const of = (member) => median(results[i].map((result) => result[member]));
    row(`  ${name}`, `${number(MESSAGES / of('seconds')).padStart(6)} messages/s  ${number(of('cpu_us_per_message')).padStart(4)} us CPU each  ${number(of('rss_mb'), 1).padStart(5)} MB`);
  }
  for (const i of [1, 2]) {
    const ratio = (member) => number(median(results[0].map((result, round) => result[member] / results[i][round][member])), 2);
    row(`  ours / ${SENDERS[i][0]} (medians of pairs)`, `time ${ratio('seconds')}, CPU ${ratio('cpu_us_per_message')}, memory ${ratio('rss_mb')}`);
  }
}

// row(name, value) prints a line; number(value, digits) writes a figure.
export async function benchMail(folder, row, number) {
  const missing = [SINK, SOURCE].find((file) => !existsSync(file));
  if (missing) return row('mail', `not measured: there is no ${missing}`);
  const sink = await startSink(folder), file = path.join(folder, 'message.eml');
  try {
    for (const connections of CONNECTIONS) {
      await measure(sink, connections, file, row, number);
    }
    row('  each message, bytes; messages a run; runs', `${number(statSync(file).size)}; ${number(MESSAGES)}; ${ROUNDS}`);
  } finally {
    sink.child.kill('SIGKILL');
  }
}

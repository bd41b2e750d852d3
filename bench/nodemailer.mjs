// SPDX-License-Identifier: AGPL-3.0-or-later
// nodemailer's pool at the work of mail_bench: nodemailer.mjs PORT CONNECTIONS MESSAGES FILE. The message is FILE as it stands
// (`raw`), so that neither builds one while the clock runs. One line of JSON, of the same members as mail_bench's.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../tests/package.json', import.meta.url)); // the packages of the test suites
const nodemailer = require('nodemailer');

const [port, connections, messages] = process.argv.slice(2, 5).map(Number);
const raw = readFileSync(process.argv[5]);
const mail = { envelope: { from: 'bounce@records.example', to: ['maya@clients.example'] }, raw };
const transport = nodemailer.createTransport({ pool: true, host: '127.0.0.1', port, maxConnections: connections, maxMessages: Infinity,
  ignoreTLS: true, name: 'bench.records.example' });

const began = performance.now(), cpu = process.cpuUsage();
// Two for each connection are on their way at a time: the pool never waits for us, nor holds all of them in memory.
let rest = messages;
await Promise.all(Array.from({ length: 2 * connections }, async () => { while (rest-- > 0) await transport.sendMail(mail); }));
transport.close();
const seconds = (performance.now() - began) / 1000, used = process.cpuUsage(cpu);
console.log(JSON.stringify({ connections, messages, seconds: Number(seconds.toFixed(3)),
  cpu_us_per_message: Number(((used.user + used.system) / messages).toFixed(2)),
  rss_mb: Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024 }));

// SPDX-License-Identifier: AGPL-3.0-or-later
// Running a program for `make check`: output into a log file and back as text, with a deadline, so that a hanging test
// ends as a failure with a name.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';

export const LOGS = 'build-check';
const TAIL_LINES = 40;

// What make tells its children would reach a make that is not its child.
const { MAKEFLAGS: _flags, MFLAGS: _short, MAKELEVEL: _level, ...CLEAN_ENV } = process.env;

export const tail = (text, lines = TAIL_LINES) => text.trimEnd().split('\n').slice(-lines).join('\n');

// Resolves to {status, output, seconds, log}; never rejects for what the program does. The program gets its own process
// group, so that at the deadline nothing it started stays behind.
export function run(name, command, args, { env = {}, cwd = '.', minutes = 10 } = {}) {
  const log = join(LOGS, `${name}.log`);
  return new Promise((resolve) => {
    const begun = performance.now();
    const file = createWriteStream(log);
    const child = spawn(command, args, { cwd, env: { ...CLEAN_ENV, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    const take = (chunk) => {
      output += chunk;
      file.write(chunk);
    };
    const killGroup = () => {
      take(`\nstopped: not done after ${minutes} minutes\n`);
      try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it ended by itself */ }
    };
    const timer = setTimeout(killGroup, minutes * 60000);
    const finish = (status) => {
      clearTimeout(timer);
      file.end(() => resolve({ status, output, seconds: (performance.now() - begun) / 1000, log }));
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => {
      take(`${command}: ${error.message}\n`);
      finish(127);
    });
    child.on('close', (status) => finish(status ?? 1));
  });
}

// A program that is one test: passes with exit status 0.
export async function runAsTest(name, command, args, options) {
  const { status, output, seconds, log } = await run(name.replaceAll(/\W+/g, '-'), command, args, options);
  const passed = status === 0 ? 1 : 0;
  return { name, passed, failed: 1 - passed, skipped: 0, seconds, detail: `${tail(output)}\n(all of it: ${log})` };
}

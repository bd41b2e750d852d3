// SPDX-License-Identifier: AGPL-3.0-or-later
// Mail servers start as root; a plain user needs a sudo that asks nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';

const IS_ROOT = process.getuid() === 0;
export const feedAsRoot = (input, command, ...args) => (IS_ROOT ? execFileSync(command, args, { input, stdio: 'pipe' })
  : execFileSync('sudo', ['-n', command, ...args], { input, stdio: 'pipe' }));
// For what goes on in the background and would keep a pipe open.
export const startAsRoot = (...words) => execFileSync(...(IS_ROOT ? [words[0], words.slice(1)] : ['sudo', ['-n', ...words]]), { stdio: 'ignore' });
export const asRoot = (...words) => feedAsRoot('', ...words);
const idOf = (...args) => Number(execFileSync('id', args, { encoding: 'utf8' }));

// The servers write their files as somebody whose files the test may read, and who is not root.
export const KEEPER = IS_ROOT ? { name: 'nobody', group: 'nogroup', uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') } : { name: userInfo().username, group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim(), uid: process.getuid(), gid: process.getgid() };

export const canRun = () => IS_ROOT || spawnSync('sudo', ['-n', 'true']).status === 0;

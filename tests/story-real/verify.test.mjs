// SPDX-License-Identifier: AGPL-3.0-or-later
// `rekindle verify` on real files: who changes a byte of the audit log in the database file, or takes an entry out with
// another program, is found; what a process left that was killed in the middle is not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Shop, run } from './shop.mjs';

const NOTED = 60; // more than the sealer takes in one commit

describe('verify', () => {
  let shop;
  before(async () => {
    shop = new Shop({ now: '2026-03-02T00:00:00Z' });
    await shop.start();
    for (let i = 0; i < NOTED; i++)
      await shop.call('PUT', '/kill-switch', { on: i % 2 === 0, reason: `reason number ${1000 + i}` });
  });
  after(() => shop.remove());

  const verify = (args = [], data = shop.data) => run(['verify', ...args], { ...shop.env(), REKINDLE_DATA: data });
  const copy = (name) => {
    const data = path.join(shop.folder, name);
    cpSync(shop.data, data, { recursive: true });
    return data;
  };
  const sql = (data, statements) => execFileSync('sqlite3', [path.join(data, 'rekindle.db'), statements], { encoding: 'utf8' }).trim();
  const change = (name, statements) => {
    const data = copy(name);
    sql(data, statements);
    return data;
  };
  let head;

  it('holds beside a running server, which is asked', async () => {
    const found = await verify();
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, /^audit: \d+ links, 0 of them of erased entries; \d+ entries are not sealed yet$/m);
  });

  it('holds after the process was killed in the middle of it', async () => {
    await shop.kill();
    assert.equal((await verify()).code, 0);
    await shop.start();
    await shop.call('PUT', '/kill-switch', { on: false, reason: 'the last' });
    await shop.clock('2026-03-02T00:00:01Z'); // answers when everything is settled
    const asked = /^head: (\S+)$/m.exec((await verify()).stdout)[1];
    assert.equal((await verify(['--head', asked])).code, 0);
    assert.match((await verify(['--head', `${asked}0`])).stderr, /another chain was written down at place/);
    await shop.stop();
    const found = await verify();
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, /^database: whole$/m);
    assert.ok(Number(/^audit: (\d+) links.*; 0 entries are not sealed/m.exec(found.stdout)[1]) > NOTED);
    head = /^head: (\S+)$/m.exec(found.stdout)[1];
    assert.equal((await verify(['--head', head])).code, 0);
  });

  it('names the entry of which one byte was changed in the file', async () => {
    const data = copy('byte'), file = path.join(data, 'rekindle.db');
    const [id, seal] = sql(data, "SELECT id, seal FROM audit WHERE detail LIKE '%number 1037%'").split('|');
    const bytes = readFileSync(file), was = 'reason number 1037';
    let found = 0; // in the row, and in what is left of it from before it was sealed
    for (let at = bytes.indexOf(was); at > 0; at = bytes.indexOf(was, at), found++) bytes.write('8', at + was.length - 1);
    assert.ok(found > 0, 'the detail is in the file');
    writeFileSync(file, bytes);
    const answer = await verify([], data);
    assert.equal(answer.code, 1);
    assert.match(answer.stdout, /^database: whole$/m); // SQLite sees nothing wrong
    assert.ok(answer.stderr.includes(`the entry is not what was sealed at place ${seal}, entry ${id}`), answer.stderr);
  });

  it('finds an entry that was deleted, with and without its link, and at the end', async () => {
    const gone = change('gone', "DELETE FROM audit WHERE seal = '000000000020'");
    assert.match((await verify([], gone)).stderr, /the entry is missing, and was not erased, at place 000000000020/);
    const both = change('both', "DELETE FROM audit WHERE seal = '000000000020'; DELETE FROM seal WHERE id = '000000000020'");
    assert.match((await verify([], both)).stderr, /a link is missing before place 000000000021/);
    const end = change('end', "DELETE FROM audit WHERE seal >= '000000000050'; DELETE FROM seal WHERE id >= '000000000050'");
    const found = await verify([], end);
    assert.equal(found.code, 1);
    assert.match(found.stderr, /links are missing after the last of 49/);
    // who hides that too is found by whoever wrote the head down
    const hidden = change('hidden', "DELETE FROM audit WHERE seal >= '000000000050'; DELETE FROM seal WHERE id >= '000000000050'; UPDATE counter SET value = 49 WHERE id = 'audit_links:total'");
    assert.equal((await verify([], hidden)).code, 0);
    assert.match((await verify(['--head', head], hidden)).stderr, /the link that was written down is missing/);
  });

  it('says when it is asked wrongly', async () => {
    assert.equal((await verify(['--head', 'x'])).code, 2);
    assert.equal((await verify([], path.join(shop.folder, 'nothing'))).code, 1);
  });
});

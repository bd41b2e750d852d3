// SPDX-License-Identifier: AGPL-3.0-or-later
// One process owns the data folder; the commands that write go through it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tally } from './replay.mjs';
import { Shop, fileSize, freePort, run } from './shop.mjs';

describe('beside a running server', () => {
  let shop;
  before(async () => {
    shop = new Shop({ now: '2026-03-02T00:00:00Z' });
    await shop.start();
  });
  after(() => shop.remove());

  it('a second serve on the same folder refuses to start and says why', async () => {
    const second = await run(['serve'], { ...shop.env(), REKINDLE_LISTEN: `127.0.0.1:${await freePort()}` });
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /already|another|in use/i);
    assert.ok(second.stderr.includes(shop.data), 'names the folder');
    assert.equal((await fetch(`http://127.0.0.1:${shop.port}/healthz`)).status, 200);
  });

  it('import works through its socket, and twice changes nothing', async () => {
    const file = path.join(shop.folder, 'orders.csv');
    writeFileSync(file, '\ufefftotal,client_id,"ordered_at"\r\n"12.50",c1,2026-01-05\r\n12.50,c1,2026-01-05\r\n9,c2,2026-02-01T10:00:00Z\r\nx,c3,2026-02-01\r\n');
    const first = await shop.cli(['import', 'orders', file]);
    assert.deepEqual(tally(first.stdout + first.stderr), { read: 4, stored: 3, unchanged: 0, rejected: 1, erased: 0 });
    const rejects = readFileSync(`${file}.rejects.csv`, 'utf8');
    assert.match(rejects, /total/);
    const second = await shop.cli(['import', 'orders', file]);
    assert.deepEqual(tally(second.stdout + second.stderr), { read: 4, stored: 0, unchanged: 3, rejected: 1, erased: 0 });
    const orders = await shop.all('/clients/c1/orders');
    assert.equal(orders.length, 2);
  });

  it('key create prints the key alone, and the key works', async () => {
    const made = await shop.cli(['key', 'create', '--name', 'till', '--scope', 'ingest']);
    assert.equal(made.code, 0);
    assert.match(made.stdout, /^rk_[^\s]+\n$/);
    const response = await fetch(`http://127.0.0.1:${shop.port}/api/v1/batch`, { method: 'POST', body: '',
      headers: { authorization: `Bearer ${made.stdout.trim()}`, 'content-type': 'application/x-ndjson' } });
    assert.equal(response.status, 200);
  });

  it('backup makes a database that a fresh server can serve', async () => {
    const file = path.join(shop.folder, 'backup.db');
    const made = await shop.cli(['backup', file]);
    assert.equal(made.code, 0, made.stderr);
    assert.ok(existsSync(file) && fileSize(file) > 10000);
    const folder = path.join(shop.folder, 'restored');
    mkdirSync(folder);
    const restored = await run(['restore', file], { ...shop.env(), REKINDLE_DATA: path.join(folder, 'data') });
    assert.equal(restored.code, 0, restored.stderr);
    const other = new Shop({ now: '2026-03-02T00:00:00Z', folder });
    other.key = shop.key;
    await other.start();
    try {
      assert.equal((await other.all('/clients/c1/orders')).length, 2);
    } finally {
      await other.kill();
    }
  });

  it('SIGTERM ends it cleanly and it comes back with its data', async () => {
    assert.equal(await shop.stop(), 0);
    await shop.start();
    assert.equal((await shop.all('/clients/c1/orders')).length, 2);
  });
});

describe('a shop that cannot start says what to set', () => {
  it('REKINDLE_WRITER=openrouter is refused with the sentence that names template', async () => {
    const shop = new Shop({ now: '2026-03-02T00:00:00Z', env: { REKINDLE_WRITER: 'openrouter' } });
    const result = await shop.cli(['serve']);
    assert.equal(result.code, 2);
    assert.match(result.stderr, /REKINDLE_WRITER=template/);
    await shop.remove();
  });

  it('another suppression key than the database was made with is refused', async () => {
    const shop = new Shop({ now: '2026-03-02T00:00:00Z' });
    await shop.start();
    await shop.stop();
    shop.extra = { REKINDLE_SUPPRESSION_KEY: '44'.repeat(32) };
    const result = await shop.cli(['serve']);
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, /suppression key/i);
    await shop.remove();
  });
});

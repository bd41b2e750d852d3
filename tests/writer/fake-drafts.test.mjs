// SPDX-License-Identifier: AGPL-3.0-or-later
// What the fake writes when nothing is scripted is a good draft: else the stories would prove something about the fake.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { writeDraft } from '../fake/draft.mjs';
import { makeFolder, run, temporaryFolder } from '../story-real/shop.mjs';

const CATEGORIES = ['Jazz', 'Rock', 'Coffee', 'Tea', 'Garden tools', 'Children\'s books'];
const SHOPS = ['Corner Records', 'Fernwood', 'Harbour & Sons'];

function briefOf(n) {
  const category = CATEGORIES[n % CATEGORIES.length];
  const facts = [{ id: 'F1', kind: 'shop', text: SHOPS[n % SHOPS.length] }, { id: 'F2', kind: 'category', text: category }];
  const products = Array.from({ length: n % 4 }, (_, i) => ({ id: `p-${i}`, name: `Blue Hour ${'abcd'[i]}`, category, price_minor: 1200, currency: 'EUR' }));
  return { id: `b${n}`, locale: 'en-GB', facts, products, brand: {} };
}

const bodyOf = ({ facts, products }) => ({ messages: [{ role: 'user', content: JSON.stringify({ facts }) }],
  response_format: { json_schema: { schema: { properties: {
    paragraphs: { items: { properties: { facts: { items: { enum: facts.map(({ id }) => id) } } } } },
    picks: { items: { properties: { product_id: { enum: products.map(({ id }) => id) } } } } } } } } });

describe('drafts of the fake', () => {
  it('break no hard rule of the gate', async () => {
    const folder = makeFolder(temporaryFolder('drafts'));
    const briefs = Array.from({ length: 240 }, (_, n) => briefOf(n));
    const write = (name, lines) => {
      const file = path.join(folder, name);
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      return file;
    };
    const reply = (brief) => ({ brief_id: brief.id, raw: JSON.stringify(writeDraft(bodyOf(brief), brief.id)), label: 'clean' });
    const files = [write('briefs.jsonl', briefs), write('replies.jsonl', briefs.map(reply))];
    try {
      const { code, stdout, stderr } = await run(['eval', '--briefs', files[0], '--replies', files[1], '--json']);
      assert.ok(code === 0 || code === 1, stderr); // 1: something was found, and that is told below
      const lines = stdout.trim().split('\n').map((line) => JSON.parse(line)).filter(({ brief_id }) => brief_id);
      assert.equal(lines.length, briefs.length);
      assert.deepEqual(lines.filter(({ hard }) => hard.length > 0).map(({ brief_id, hard }) => [brief_id, ...hard]), []);
    } finally { rmSync(folder, { recursive: true }); }
  });
});

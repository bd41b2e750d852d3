// SPDX-License-Identifier: AGPL-3.0-or-later
// Replays a real order history through the whole program: the part before `start` is imported, then the clock is moved day
// by day and each day's orders are posted, every draft approved. What comes out is compared, not trusted.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Shop } from './shop.mjs';

const DAY = 86400000;
export const KEYS = { REKINDLE_SUPPRESSION_KEY: '11'.repeat(32), REKINDLE_LINK_KEYS: `1:${'22'.repeat(32)}` };
export const SALT = '33'.repeat(16);
const CATEGORIES = ['rock', 'jazz', 'classical'];

// client_id,ordered_at,total; ordered_at a day or an instant.
export function readOrders(file) {
  return readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => {
    const [client, at, total] = line.split(',');
    return { client, at: at.length === 10 ? `${at}T00:00:00Z` : at, total };
  });
}

const dayOf = (instant) => instant.slice(0, 10);
export const addDays = (day, n) => new Date(Date.parse(`${day}T00:00:00Z`) + n * DAY).toISOString().slice(0, 10);

// Everyone may be mailed, so that what is counted is the program's decisions and not missing addresses.
function clientsCsv(orders) {
  const ids = [...new Set(orders.map((order) => order.client))].sort();
  const rows = ids.map((id, i) =>
    `${id},client${id}@clients.example,Sam,,en-US,US,UTC,${CATEGORIES[i % 3]};${CATEGORIES[(i + 1) % 3]},subscribed,1997-01-01T00:00:00Z,1997-01-01T00:00:00Z`);
  return `client_id,email,first_name,last_name,locale,country,time_zone,preferred_categories,consent,consent_at,created_at\n${rows.join('\n')}\n`;
}

function productsCsv() {
  const names = ['Blue Hour', 'Northern Lights', 'Paper Boats', 'Quiet Rooms', 'Open Windows', 'River Songs'];
  const rows = CATEGORIES.flatMap((category) => names.map((name, i) =>
    `${category}-${i},${name} (${category}),${category},https://records.example/${category}/${i},,12.50,USD,true`));
  return `product_id,name,category,url,image_url,price,currency,in_stock\n${rows.join('\n')}\n`;
}

const ordersCsv = (orders) => `client_id,ordered_at,total\n${orders.map((o) => `${o.client},${o.at},${o.total}`).join('\n')}\n`;

export function tally(text) {
  return Object.fromEntries([...text.matchAll(/\b(read|stored|unchanged|rejected|erased)=(\d+)/g)].map(([, k, n]) => [k, Number(n)]));
}

// A fresh shop with the history before `start` imported and its server running. imports: the reconciliation lines.
export async function openShop({ orders, start, sink }) {
  const shop = new Shop({ now: `${start}T00:00:00Z`, sink, env: KEYS });
  const history = orders.filter((order) => dayOf(order.at) < start);
  const imports = {};
  for (const [kind, text] of [['clients', clientsCsv(orders)], ['products', productsCsv()], ['orders', ordersCsv(history)]]) {
    const file = path.join(shop.folder, `${kind}.csv`);
    writeFileSync(file, text);
    const result = await shop.cli(['import', kind, file]);
    if (result.code !== 0) throw new Error(`import ${kind}: ${result.stderr}`);
    imports[kind] = tally(result.stdout + result.stderr);
  }
  await shop.start();
  await shop.useSalt(SALT);
  await shop.policy({ drafting: 'on', quiet_hours: { from: '00:00', to: '00:00' } });
  return { shop, imports, history };
}

// The lines of one day, orders without ids: the program derives them.
const lineOf = (order) => ({ order: { client_id: order.client, ordered_at: order.at, total_minor: Math.round(Number(order.total) * 100), currency: 'USD' } });

// Moves from `start` to `end`. Options: silent(day) = the feed says nothing that day and its orders come on the first day
// that is not silent; step(shop, what) wraps every call so that a test can kill the program in between.
export async function replay({ shop, orders, start, end, silent = () => false, step = (what, act) => act() }) {
  const byDay = Map.groupBy(orders.filter((o) => dayOf(o.at) >= start), (o) => dayOf(o.at));
  let late = [];
  for (let day = start; day <= end; day = addDays(day, 1)) {
    await step('clock', () => shop.clock(`${day}T00:00:00Z`));
    const today = byDay.get(day) ?? [];
    if (silent(day)) {
      late.push(today);
      continue;
    }
    for (const lines of [...late, today]) await step('batch', () => shop.batch(lines.map(lineOf)));
    late = [];
    await step('settle', () => shop.clock(`${day}T00:00:00Z`));
    await step('approve', () => shop.approveAll());
  }
  await step('clock', () => shop.clock(`${end}T12:00:00Z`));
}

// What must be equal between two runs: the silences that were noticed, and how the person was assigned.
export async function episodesOf(shop) {
  const episodes = await shop.all('/episodes');
  return new Map(episodes.map((episode) => [episode.id, episode]));
}

// The scoring of the notes, written once more and independently of the program: from order rows to score and sums.
export function recompute(orders, at) {
  const days = new Map();
  for (const order of orders) {
    const key = `${order.client} ${dayOf(order.at)}`;
    const visit = days.get(key) ?? { client: order.client, at: 0, value: 0 };
    visit.at = Math.max(visit.at, Date.parse(order.at));
    visit.value += Math.round(Number(order.total) * 100);
    days.set(key, visit);
  }
  const clients = new Map();
  for (const { client, at: when, value } of days.values()) {
    const sums = clients.get(client) ?? { n: 0, first: Infinity, last: -Infinity, sv: 0 };
    sums.n++;
    sums.first = Math.min(sums.first, when);
    sums.last = Math.max(sums.last, when);
    sums.sv += value;
    clients.set(client, sums);
  }
  const shop = { gapMs: 0, gaps: 0, value: 0, valued: 0 };
  for (const { n, first, last, sv } of clients.values()) {
    shop.gapMs += last - first;
    shop.gaps += n - 1;
    shop.value += sv;
    shop.valued += n;
  }
  const score = ({ n, first, last, sv }, G, mu) => {
    const x = n - 1, tx = (last - first) / DAY, s = Math.max(0, (at - last) / DAY), T = tx + s;
    const g = (2 * G + tx) / (2 + x), h = 90 * (g / G) ** 0.25, d = 2 ** (-s / (6 * g));
    const rhythm = 50 * 2 ** (-s / h);
    const frequency = 30 * (1 - Math.exp((-n * 30) / Math.max(T, 30))) * d;
    return rhythm + frequency + 20 * (sv / (sv + 2 * mu)) * d;
  };
  return { clients, shop, score };
}

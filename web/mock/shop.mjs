// SPDX-License-Identifier: AGPL-3.0-or-later
// A small made-up shop on top of the contract's examples, with a queue that can be decided. For work on the console
// without a server (npm run mock) and for the page tests. Numbers come from a fixed seed, so pictures repeat.
import { exampleOf, problem } from './contract.mjs';
import { mockProof } from './proof.mjs';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-24T09:12:00Z');
const names = ['Maya Lindqvist', 'Tom Albrecht', 'Priya Raman', 'Lucas Moreau', 'Anna Kowalczyk', 'Brightline Office', 'Jonas Berg', 'Sofia Marino', 'Henrik Dahl', 'Amara Nwosu', 'Ines Duarte', 'Keiko Tanaka', 'Noah Fischer', 'Zoë van den Bergh'];
const subjects = ['New beans on the shelf', 'A light roast for the dark months', 'Decaf again, or something new?', 'The Sidamo you liked is back from the roastery and tastes of bergamot', 'Filters and beans', 'For the office machine', 'A quiet washed coffee'];

const falsePrice = { code: 'number', level: 'hard', promise: 'No number that is in no fact', detail: 'The text says 40 %, which is not in the facts' };

const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();

/** Small deterministic random numbers in [0, 1): a linear congruential generator. */
function seeded(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/** Orders of one client, newest first, and the gap they keep. */
function ordersOf(/** @type {any} */ example, /** @type {string} */ id, /** @type {number} */ seed) {
  const random = seeded(seed);
  const gap = 9 + random() * 40;
  let at = NOW - gap * DAY_MS * (1.6 + random());
  const orders = [];
  while (orders.length < 24 && at > NOW - 800 * DAY_MS) {
    orders.push({ ...example, id: `o-${id}-${String(orders.length)}`, client_id: id, ordered_at: iso(at), total_minor: Math.round(1800 + random() * 5200), items: [] });
    at -= gap * DAY_MS * (0.7 + random() * 0.6);
  }
  return { orders, gap };
}

/** A curve that falls from order to order, in the shape of the score. */
function curveOf(/** @type {any[]} */ orders, /** @type {number} */ gap) {
  const times = orders.map((o) => Date.parse(o.ordered_at)).reverse();
  const value = (/** @type {number} */ silence) => 88 * 2 ** (-silence / (70 * (gap / 30) ** 0.25)) ;
  const points = [];
  for (const [i, from] of times.entries()) {
    const to = times[i + 1] ?? NOW + 150 * DAY_MS;
    const steps = i === times.length - 1 ? 24 : 4;
    for (let k = 0; k <= steps; k++) {
      const at = from + ((to - from) * k) / steps;
      points.push({ at: iso(at), score: value((at - from) / DAY_MS) });
    }
  }
  return points;
}

const bandOf = (/** @type {number} */ score) => (score >= 75 ? 'engaged' : score >= 50 ? 'steady' : score >= 25 ? 'drifting' : 'lost');

/** When the last silence crosses 50. */
const dueOf = (/** @type {{ at: string, score: number }[]} */ curve) => curve.findLast((p) => p.score >= 50)?.at ?? null;

/** A client row out of the example, number i. */
function clientOf(/** @type {any} */ example, /** @type {number} */ i) {
  const random = seeded(i + 7);
  const [first, ...rest] = (names[i % names.length] ?? 'Ada').split(' ');
  const score = Math.round(random() * 1000) / 10;
  const band = bandOf(score);
  const parts = { recency: score * 0.55, frequency: score * 0.26, value: score * 0.19 };
  return {
    ...example,
    id: `c-${String(1000 + i)}`,
    first_name: i === 5 ? null : first,
    last_name: i === 5 ? null : rest.join(' '),
    email: `${first?.toLowerCase().replace('ë', 'e') ?? 'a'}.${String(i)}@example.com`,
    consent: { ...example.consent, status: ['subscribed', 'subscribed', 'subscribed', 'unknown', 'unsubscribed', 'paused'][i % 6] },
    engagement: { ...example.engagement, score, band, parts, silence_days: Math.round(random() * 900) / 10, due_at: iso(NOW + (score - 50) * DAY_MS), order_count: 1 + Math.floor(random() * 40), total_minor: Math.floor(random() * 300000) },
  };
}

function emailOf(/** @type {any} */ example, /** @type {any} */ client, /** @type {any} */ { orders, gap }, /** @type {number} */ i) {
  const silence = (NOW - Date.parse(orders[0].ordered_at)) / DAY_MS;
  const name = client.first_name ?? 'Brightline Office';
  const blocked = i === 3;
  return {
    ...example,
    id: `0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f${String(i + 10)}`,
    client_id: client.id,
    client: { first_name: client.first_name, last_name: client.last_name, email: client.email },
    episode_id: `${client.id}:${orders[0].id}`,
    status: blocked ? 'blocked' : 'in_review',
    subject: subjects[i % subjects.length],
    score: 49.9,
    evidence: { ...example.evidence, parts: { recency: 28.4, frequency: 11.6, value: 9.9 }, silence_days: silence, usual_gap_days: gap, sentence: `${name} usually orders every ${String(Math.round(gap))} days and had been silent for ${String(Math.round(silence))}; the score fell from 88 after the last order to 49.9, under the threshold of 50.` },
    html_url: `/api/v1/emails/0192f0c4-7d1e-7a55-8b1f-3d2a9c1e5f${String(i + 10)}/html`,
    checks: blocked ? [falsePrice, ...example.checks.slice(0, 4)] : i % 3 === 0 ? example.checks : example.checks.filter((/** @type {any} */ c) => c.level === 'pass'),
    created_at: iso(NOW - i * 2.3 * 3_600_000),
  };
}

const bounced = [
  { kind: 'soft_bounce', source: 'hook:postmark', status: '4.2.2', detail: '452 4.2.2 mailbox full', at: iso(NOW - 7_200_000) },
  { kind: 'hard_bounce', source: 'mailbox', status: '5.1.1', detail: 'smtp; 550 5.1.1 <[address]>: Recipient address rejected: User unknown in virtual mailbox table', at: iso(NOW) },
];

const html = (/** @type {any} */ email) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${email.subject}</title><style>body{margin:0;background:#f4f1ec;font:16px/1.55 Helvetica,Arial,sans-serif;color:#2b2622}.in{max-width:600px;margin:0 auto;padding:26px 0}.h{font:21px Georgia,serif;color:#2d4a3a;padding:0 32px 16px}.card{background:#fff;border-radius:8px;padding:30px 32px}.f{font-size:12px;color:#6b645c;padding:16px 32px}a{color:#6b645c}.b{display:inline-block;background:#2d4a3a;color:#fff;padding:13px 24px;border-radius:6px}p{margin:0 0 14px}@media(prefers-color-scheme:dark){body{background:#1b1917;color:#efe9e2}.card{background:#262320}.h{color:#cfe3d6}.f,.f a{color:#b7aea4}}</style></head><body><div class="in"><div class="h">Fernwood Coffee</div><div class="card"><p>Hi ${email.client.first_name ?? 'there'},</p>${email.paragraphs.map((/** @type {any} */ p) => `<p>${p.text}</p>`).join('')}<p><span class="b">Have a look</span></p><p>Ines, Fernwood Coffee</p></div><div class="f">Fernwood Coffee, 12 Mill Lane, Bristol<br>You get this because you ordered from us. <a href="#">Unsubscribe</a></div></div></body></html>`;

/**
 * Handlers that make a shop with `drafts` drafts and `clients` clients.
 * @param {import('./contract.mjs').Operation[]} operations
 * @param {{ drafts?: number, clients?: number }} [size]
 * @returns {Partial<Record<string, import('./contract.mjs').Handler>>}
 */
export function mockShop(operations, { drafts = 14, clients = 600 } = {}) {
  const ex = (/** @type {string} */ id) => exampleOf(operations, id);
  const people = Array.from({ length: clients }, (_, i) => clientOf(ex('getClient'), i));
  const history = people.slice(0, drafts).map((c, i) => ordersOf(ex('getOrder'), c.id, i + 3));
  /** @type {Map<string, any>} */
  const emails = new Map(history.map((h, i) => emailOf(ex('getEmail'), people[i], h, i)).map((e) => [e.id, e]));
  for (const [i, e] of [...emails.values()].slice(0, 4).entries()) {
    const id = e.id.replace('5f', '5e');
    const attempt = { at: e.created_at, mailer: 'maildir', message_id: `<${id}@fernwood.example>`, result: ['rehearsed', 'uncertain', 'failed', 'sent'][i], reply: i === 2 ? '550 5.1.1 no such user' : null };
    const heard = i === 3 ? { delivery: 'hard_bounce', delivery_at: iso(NOW), machine_clicks: 3, notices: bounced } : {};
    emails.set(id, { ...e, id, ...heard, status: attempt.result, attempts: [attempt], approvals: [{ action: 'approve', by: 'otto', at: e.created_at, content_hash: e.content_hash, reason: null }], html_url: `/api/v1/emails/${id}/html` });
  }
  const page = (/** @type {any[]} */ all, /** @type {URLSearchParams} */ query) => {
    const from = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    return { status: 200, body: { items: all.slice(from, from + limit), next_cursor: from + limit < all.length ? String(from + limit) : null } };
  };
  const historyOf = (/** @type {string} */ id) => history[people.findIndex((p) => p.id === id)] ?? ordersOf(ex('getOrder'), id, 5);
  const need = (/** @type {any} */ record) => (record === undefined ? { status: 404, body: problem(404, 'Not found', 'There is no such record.') } : { status: 200, body: record });
  const move = (/** @type {string} */ status, /** @type {(e: any, body: any) => object} */ also = () => ({})) =>
    /** @type {import('./contract.mjs').Handler} */ (({ path, body, headers }) => {
      const email = emails.get(path.id ?? '');
      if (email === undefined) return need(undefined);
      if (headers.get('if-match') !== `"${String(email.version)}"`) return { status: 412, body: problem(412, 'The record moved on', 'Somebody changed it since you read it.') };
      Object.assign(email, { status, version: email.version + 1 }, also(email, body));
      return { status: 200, body: email };
    });
  return {
    ...mockProof(ex),
    listClients: ({ query }) => {
      const q = query.get('q')?.toLowerCase() ?? '';
      return page(people.filter((c) => (query.get('band') ?? c.engagement.band) === c.engagement.band && (query.get('status') ?? c.consent.status) === c.consent.status && [c.first_name, c.last_name, c.email, c.id].some((t) => t?.toLowerCase().startsWith(q))), query);
    },
    getClient: ({ path }) => {
      const client = people.find((c) => c.id === path.id);
      if (client === undefined) return need(undefined);
      const { orders, gap } = historyOf(client.id);
      const curve = curveOf(orders, gap);
      const score = curve.findLast((p) => Date.parse(p.at) <= NOW)?.score ?? 0;
      const own = { score, parts: { recency: score * 0.55, frequency: score * 0.26, value: score * 0.19 }, due_at: dueOf(curve), silence_days: (NOW - Date.parse(orders[0].ordered_at)) / DAY_MS, usual_gap_days: gap, chance_of_return: 0.41, order_count: orders.length, total_minor: orders.reduce((sum, o) => sum + o.total_minor, 0) };
      return need({ ...client, engagement: { ...client.engagement, ...own, band: bandOf(score) } });
    },
    listClientOrders: ({ path, query }) => page(historyOf(path.id ?? '').orders, query),
    listClientEmails: ({ path, query }) => page([...emails.values()].filter((e) => e.client_id === path.id), query),
    getClientScore: ({ path, example }) => {
      const { orders, gap } = historyOf(path.id ?? '');
      const curve = curveOf(orders, gap);
      const now = curve.findLast((p) => Date.parse(p.at) <= NOW)?.score ?? 0;
      const silent = Math.round((NOW - Date.parse(orders[0].ordered_at)) / DAY_MS);
      const sentence = `This client usually orders every ${String(Math.round(gap))} days and has been silent for ${String(silent)}; the score fell from 88 after the last order to ${now.toFixed(0)}.`;
      return { status: 200, body: { .../** @type {object} */ (example), score: now, parts: { recency: now * 0.55, frequency: now * 0.26, value: now * 0.19 }, sentence, curve, due_at: dueOf(curve), silence_days: silent, usual_gap_days: gap } };
    },
    listEmails: ({ query }) => page([...emails.values()].filter((e) => (query.get('status') ?? e.status) === e.status), query),
    getEmail: ({ path }) => need(emails.get(path.id ?? '')),
    getEmailHtml: ({ path }) => ({ status: 200, type: 'text/html', body: html(emails.get(path.id ?? '')), headers: { 'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'" } }),
    getDashboard: ({ example }) => ({ status: 200, body: { .../** @type {object} */ (example), in_review: [...emails.values()].filter((e) => e.status === 'in_review').length } }),
    approveEmail: move('approved'),
    undoApproval: move('in_review'),
    rejectEmail: move('rejected', (_, body) => ({ reason: body.reason })),
    regenerateEmail: move('drafting'),
    resolveEmail: ({ path, body, ...rest }) => move(/** @type {any} */ (body).outcome)({ path, body, ...rest }),
    editEmail: (call) => {
      const wrong = JSON.stringify(call.body).includes('40 %');
      const clean = (/** @type {any} */ e) => e.checks.filter((/** @type {any} */ c) => c.level !== 'hard');
      return move(wrong ? 'blocked' : 'in_review', (e, body) => ({ ...body, checks: wrong ? [falsePrice, ...clean(e)] : clean(e) }))(call);
    },
  };
}

#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Draws the pictures of docs/understand.md from the formulas themselves (core/score.h, core/lift.h): `node docs/pictures/draw.mjs`
// rewrites the SVG files beside it. Shop: mean gap 60 days, mean order value 40.
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;
const GAP = 60, MEAN = 40, BASE = 90, POWER = 0.25, FADE = 6, FREQUENCY_DAYS = 30;

// --- the formulas ---------------------------------------------------------------------------------------------------------
function score({ visits, span, value }, silence) {
  const own = (2 * GAP + span) / (2 + visits - 1);
  const half = BASE * (own / GAP) ** POWER;
  const fade = 2 ** (-silence / (FADE * own));
  const recency = 50 * 2 ** (-silence / half);
  const often = 30 * (1 - Math.exp((-visits * FREQUENCY_DAYS) / Math.max(span + silence, FREQUENCY_DAYS))) * fade;
  const worth = 20 * (value / (value + 2 * MEAN)) * fade;
  return { recency, often, worth, total: recency + often + worth };
}

function crossing(client, level) {
  let low = 0, high = 36500;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (score(client, middle).total < level) high = middle;
    else low = middle;
  }
  return high;
}

const RHO2 = 0.01587230920347513;
function sequential(x1, n1, x2, n2) {
  const n = n1 + n2, p1 = (x1 + 1) / (n1 + 2), p2 = (x2 + 1) / (n2 + 2);
  const t = n * n * ((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2);
  const radius = Math.sqrt(((2 * (t * RHO2 + 1)) / (n * n * RHO2)) * Math.log(Math.sqrt(t * RHO2 + 1) / 0.05));
  return { estimate: p1 - p2, low: p1 - p2 - radius, high: p1 - p2 + radius };
}

// --- drawing --------------------------------------------------------------------------------------------------------------
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #333; } .small { font-size: 11.5px; fill: #666; } .strong { font-weight: 600; }
  .axis { stroke: #999; stroke-width: 1; } .rule { stroke: #bbb; stroke-dasharray: 4 4; } .due { stroke: #b3402a; stroke-width: 1.5; stroke-dasharray: 5 3; }
  .line { fill: none; stroke: #1f5f8b; stroke-width: 2.2; } .line2 { fill: none; stroke: #a05a00; stroke-width: 2.2; }
  .recency { fill: #1f5f8b; } .often { fill: #5b9bc4; } .worth { fill: #b7d5e8; } .band { fill: #1f5f8b; opacity: .18; }
  .dot { fill: #b3402a; } .box { fill: #f4f7fa; stroke: #8aa4b8; } .arrow { stroke: #667; stroke-width: 1.4; fill: none; }
  @media (prefers-color-scheme: dark) { text { fill: #ddd; } .small { fill: #aaa; } .box { fill: #24303a; stroke: #6b8599; } .rule { stroke: #555; } .arrow { stroke: #99a; } .line { stroke: #7fb8de; } .line2 { stroke: #e0a050; } .band { fill: #7fb8de; } .due { stroke: #ef8a72; } .dot { fill: #ef8a72; } }`;

const round = (value) => Math.round(value * 10) / 10;
function save(name, width, height, title, body) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<title>${title}</title>
<style>${STYLE}
</style>
${body.join('\n')}
</svg>
`;
  writeFileSync(path.join(folder, name), text);
}

const scale = (from, to, low, high) => (value) => round(low + ((value - from) / (to - from)) * (high - low));
const line = (points) => points.map(([x, y], i) => `${i ? 'L' : 'M'}${x} ${y}`).join('');
const label = (x, y, text, kind = '', anchor = 'start') => `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${text}</text>`;

// One client: four orders, then silence. The three parts stacked over time.
function drawScore() {
  const orders = [{ day: 0, value: 35 }, { day: 48, value: 60 }, { day: 92, value: 25 }, { day: 150, value: 48 }];
  const x = scale(0, 330, 60, 700), y = scale(0, 100, 300, 30);
  const states = orders.map((_, i) => ({ visits: i + 1, span: orders[i].day, value: orders.slice(0, i + 1).reduce((sum, o) => sum + o.value, 0), from: orders[i].day, to: orders[i + 1]?.day ?? 330 }));
  const due = states.at(-1).from + crossing(states.at(-1), 50);
  const layers = { recency: [], often: [], worth: [] }, floor = [];
  for (const state of states)
    for (let day = state.from; day <= state.to; day += 2) {
      const s = score(state, day - state.from);
      floor.push([x(day), y(0)]);
      layers.recency.push([x(day), y(s.recency)]);
      layers.often.push([x(day), y(s.recency + s.often)]);
      layers.worth.push([x(day), y(s.total)]);
    }
  const area = (top, bottom, kind) => `<path class="${kind}" d="${line(top)}${line([...bottom].reverse()).replace('M', 'L')}Z"/>`;
  const last = states.at(-1), fresh = score(last, 0).total;
  save('score.svg', 760, 350, 'The score of one client over time, its three parts stacked', [
    area(layers.recency, floor, 'recency'), area(layers.often, layers.recency, 'often'), area(layers.worth, layers.often, 'worth'),
    `<path class="axis" d="M60 300H710M60 30V300"/>`,
    `<path class="due" d="M60 ${y(50)}H710"/>`, label(64, y(50) - 6, 'threshold 50', 'small'),
    ...[0, 25, 50, 75, 100].map((v) => label(52, y(v) + 4, v, 'small', 'end')),
    ...orders.map((o, i) => `<path class="rule" d="M${x(o.day)} 30V300"/>` + label(x(o.day) + 4, 42, i === 0 ? 'first order' : 'order', 'small')),
    `<circle class="dot" cx="${x(due)}" cy="${y(50)}" r="5"/>`, `<path class="rule" d="M${x(due)} ${y(50)}V300"/>`,
    label(700, y(50) - 34, `the due moment: ${Math.round(due - last.from)} days after the last order`, 'strong', 'end'),
    label(700, y(50) - 18, `just after it the score was ${fresh.toFixed(0)}`, 'small', 'end'),
    label(700, 318, 'days', 'small', 'end'),
    ...[0, 60, 120, 180, 240, 300].map((d) => label(x(d), 318, d, 'small', 'middle')),
    `<rect class="recency" x="60" y="330" width="12" height="12"/>`, label(78, 341, 'freshness, 50', 'small'),
    `<rect class="often" x="190" y="330" width="12" height="12"/>`, label(208, 341, 'how often, 30', 'small'),
    `<rect class="worth" x="320" y="330" width="12" height="12"/>`, label(338, 341, 'what they spend, 20', 'small'),
  ]);
}

// Two clients, the same shop: each crosses in their own time.
function drawTwo() {
  const x = scale(0, 160, 60, 700), y = scale(0, 100, 270, 30);
  const often = { visits: 30, span: 203, value: 450 }, seldom = { visits: 12, span: 330, value: 600 };
  const curve = (client) => line(Array.from({ length: 161 }, (_, d) => [x(d), y(score(client, d).total)]));
  const mark = (client, text, dy) => {
    const due = crossing(client, 50);
    return [`<circle class="dot" cx="${x(due)}" cy="${y(50)}" r="5"/>`, label(x(due) + 9, y(50) + dy, `${text}: due after ${Math.round(due)} days`, 'strong')];
  };
  save('two.svg', 760, 310, 'Two clients of one shop cross the threshold after different silences', [
    `<path class="axis" d="M60 270H710M60 30V270"/>`, `<path class="due" d="M60 ${y(50)}H710"/>`,
    ...[0, 25, 50, 75, 100].map((v) => label(52, y(v) + 4, v, 'small', 'end')),
    ...[0, 30, 60, 90, 120, 150].map((d) => label(x(d), 288, d, 'small', 'middle')), label(700, 304, 'days of silence', 'small', 'end'),
    `<path class="line" d="${curve(often)}"/>`, `<path class="line2" d="${curve(seldom)}"/>`,
    ...mark(often, 'an order a week', 36), ...mark(seldom, 'an order a month', -12),
  ]);
}

// Who is compared with whom.
function drawHoldout() {
  const box = (x, y, w, text, sub) => [`<rect class="box" x="${x}" y="${y}" width="${w}" height="46" rx="6"/>`, label(x + w / 2, y + 20, text, 'strong', 'middle'), label(x + w / 2, y + 36, sub, 'small', 'middle')];
  const arrow = (from, to) => `<path class="arrow" marker-end="url(#a)" d="M${from[0]} ${from[1]}L${to[0]} ${to[1]}"/>`;
  save('holdout.svg', 760, 230, 'Eligibility, daily limit, then the arm; both arms are watched for thirty days from the same instant', [
    '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8Z" fill="#888"/></marker></defs>',
    ...box(10, 90, 130, 'due moment', 'score under 50'), ...box(175, 90, 140, 'may be mailed?', 'consent, address'), ...box(350, 90, 130, 'daily limit', 'most valuable first'),
    arrow([140, 113], [173, 113]), arrow([315, 113], [348, 113]), arrow([480, 113], [523, 60]), arrow([480, 113], [523, 168]),
    ...box(525, 30, 105, 'treated, 80 %', 'get the email'), ...box(525, 150, 105, 'holdout, 20 %', 'get nothing'),
    arrow([630, 53], [663, 90]), arrow([630, 173], [663, 132]), ...box(640, 90, 112, 'ordered again', 'within 30 days?'),
    label(415, 62, 'the draw: a keyed hash of the person,', 'small', 'middle'), label(415, 77, 'the same while the salt stays', 'small', 'middle'),
    label(245, 160, 'no: outside the comparison, in both arms', 'small', 'middle'), label(380, 215, 'Nothing after the draw takes anybody out: rejected, cancelled and unsent ones are counted where they were drawn.', 'small', 'middle'),
  ]);
}

// A stream of numbers for the picture alone (mulberry32).
function stream(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// An invented shop where the email helps by five points: the interval week by week.
function drawInterval() {
  const random = stream(11), arms = { x1: 0, n1: 0, x2: 0, n2: 0 }, points = [];
  for (let day = 1; day <= 400; day++) {
    for (let i = 0; i < 10; i++)
      if (random() < 0.2) { arms.n2++; arms.x2 += random() < 0.15; } else { arms.n1++; arms.x1 += random() < 0.2; }
    if (day % 7 === 0 && arms.n2 >= 20) points.push({ day, ...sequential(arms.x1, arms.n1, arms.x2, arms.n2) });
  }
  const x = scale(0, 400, 60, 700), y = scale(-0.15, 0.25, 270, 30);
  const clip = (value) => Math.max(-0.15, Math.min(0.25, value));
  const found = points.find((p) => p.low > 0);
  save('interval.svg', 760, 310, 'The interval of the lift narrows week by week', [
    `<path class="band" d="${line(points.map((p) => [x(p.day), y(clip(p.high))]))}${line(points.map((p) => [x(p.day), y(clip(p.low))]).reverse()).replace('M', 'L')}Z"/>`,
    `<path class="line" d="${line(points.map((p) => [x(p.day), y(clip(p.estimate))]))}"/>`,
    `<path class="axis" d="M60 270H710M60 30V270"/>`, `<path class="due" d="M60 ${y(0)}H710"/>`, label(64, y(0) - 6, 'no effect', 'small'),
    ...[-0.1, 0, 0.1, 0.2].map((v) => label(52, y(v) + 4, `${v > 0 ? '+' : ''}${Math.round(v * 100)}`, 'small', 'end')), label(60, 20, 'points of reorder rate, treated minus holdout', 'small'),
    ...[0, 100, 200, 300, 400].map((d) => label(x(d), 288, d, 'small', 'middle')), label(700, 304, 'days, 10 people a day', 'small', 'end'),
    ...(found ? [`<circle class="dot" cx="${x(found.day)}" cy="${y(0)}" r="5"/>`, label(700, y(0) + 24, `from day ${found.day} zero lies outside: it helps, and may be said so`, 'strong', 'end')] : []),
  ]);
}

drawScore();
drawTwo();
drawHoldout();
drawInterval();

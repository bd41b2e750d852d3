// SPDX-License-Identifier: AGPL-3.0-or-later
// What a good model would write: a draft made from nothing but the request. Facts come from the user's JSON, the ids that
// may be used from the enums of the request's schema. The same request gives the same draft, another one reads differently.
import { createHash } from 'node:crypto';

const SUBJECTS = ['Some plain words about {topic}', 'Our thoughts on {topic}', 'A kind note about {topic}', 'What we like about {topic}'];
const PREHEADERS = ['A short note about {topic}, written in plain words.', 'Some thoughts of ours about {topic}, to read at leisure.',
  'Kind greetings, and some plain words about {topic}.', 'A small note from our shop, with {topic} in mind.'];
const OPENINGS = [
  'This note is about {topic}, a corner of our shop that we are fond of. We wrote it slowly, and we hope that it is pleasant to read in a quiet moment.',
  'When we think about what makes our shop a friendly place, {topic} comes to mind. So here are some plain words about it, written by people who enjoy the work.',
  'There is a corner of our shop where people like to linger, and {topic} is what they find there. We would like to show you around in a relaxed way.',
  'We enjoy talking about {topic} with anyone who shares the pleasure. Here is a small note with some thoughts of ours, to read whenever the mood is right.',
];
const MIDDLES = [
  'What you see below is a small choice, made with care. With each thing you will find a line that says why we think that it belongs here.',
  'Below are some things that we think go well with it. We kept the choice small on purpose, so that looking at it stays a pleasure and not a task.',
  'We would rather show a little and show it properly. So the choice below is short, and every entry comes with a plain line about why it stands there.',
  'Have a look at what stands below at your own pace. Each entry has a short line from us, and the rest is a matter of taste, which is yours alone.',
];
const MIDDLES_BARE = [
  'A shop should be easy to walk through and a pleasure to look at. That is the thought behind everything that we put up, and we hope that it shows.',
  'You know best what you like, and we would not want to guess. What we can do is to keep our shop in good order and to be glad of company.',
];
const CLOSINGS = [
  'If something speaks to you, you are welcome to look around in peace. And if you have a question, our people are glad to answer it with care.',
  'Thank you for giving these lines a moment. We wish you a pleasant time, and the door of our shop stands open for a relaxed look around.',
  'Nothing needs to be done about this note. Keep what you like, pass over the rest, and know that you are welcome here with any question.',
  'We hope that this note brings a little pleasure with it. Whatever you make of it, take our kind greetings with it, and be welcome at any hour.',
];
const REASONS = ['A simple choice that is easy to like.', 'It goes well with the rest and speaks for itself.',
  'A good place to start looking around.', 'Something we are glad to show to people who care.'];
const CTAS = ['Take a look', 'Look around', 'Visit the shop', 'See our choice'];
const TOPIC_MAX = 28; // bytes that leave room for the words around it

// Every object with an id and a text, wherever the prompt puts its facts.
function factsIn(value, found = []) {
  if (Array.isArray(value)) for (const item of value) factsIn(item, found);
  else if (value && typeof value === 'object') {
    if (typeof value.id === 'string' && typeof value.text === 'string') found.push(value);
    else for (const item of Object.values(value)) factsIn(item, found);
  }
  return found;
}

function parse(text) {
  try { return JSON.parse(text); } catch { return {}; }
}

// What a request allows: {facts, factIds, productIds, signOffs, targets}.
export function allowedBy(body) {
  const user = body.messages?.find(({ role }) => role === 'user')?.content ?? '';
  const properties = body.response_format?.json_schema?.schema?.properties ?? {};
  const enumOf = (schema) => schema?.enum ?? [];
  const factIds = enumOf(properties.paragraphs?.items?.properties?.facts?.items);
  return {
    user,
    factIds,
    facts: factsIn(parse(user)).filter(({ id }) => factIds.length === 0 || factIds.includes(id)),
    productIds: enumOf(properties.picks?.items?.properties?.product_id).filter((id) => id !== 'none'), // nothing is offered
    signOffs: enumOf(properties.sign_off),
    targets: enumOf(properties.cta_target),
  };
}

const wordsOf = (text) => ` ${text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;

// The ids of all facts whose text stands in the sentence.
function cite(text, facts) {
  return facts.filter((fact) => wordsOf(text).includes(wordsOf(fact.text))).map(({ id }) => id).slice(0, 8);
}

// The draft of the notes' shape. `salt` makes another one of the same request, as a second call of a model would.
export function writeDraft(body, salt = '') {
  const { user, facts, productIds, signOffs, targets } = allowedBy(body);
  const choose = (list, place) => list[createHash('sha256').update(`${place} ${salt} ${user}`).digest().readUInt32BE() % list.length];
  const topics = facts.filter(({ kind, text }) => kind === 'category' && Buffer.byteLength(text) <= TOPIC_MAX);
  const topic = topics.length > 0 ? choose(topics, 'topic').text : 'our shop';
  const say = (list, place) => choose(list, place).replaceAll('{topic}', topic);
  const picked = productIds.slice(0, 3);
  const paragraphs = [say(OPENINGS, 'opening'), say(picked.length > 0 ? MIDDLES : MIDDLES_BARE, 'middle'), say(CLOSINGS, 'closing')];
  const start = REASONS.indexOf(choose(REASONS, 'reason'));
  return {
    subject: say(SUBJECTS, 'subject'),
    preheader: say(PREHEADERS, 'preheader'),
    paragraphs: paragraphs.map((text) => ({ text, facts: cite(text, facts) })),
    picks: picked.map((product_id, i) => ({ product_id, reason: REASONS[(start + i) % REASONS.length], facts: [] })),
    cta_label: say(CTAS, 'cta'),
    cta_target: targets.includes('shop') ? 'shop' : (targets[0] ?? 'shop'),
    sign_off: signOffs.length > 0 ? choose(signOffs, 'sign_off') : 'Warm regards,',
    abstain: false,
    abstain_reason: '',
  };
}

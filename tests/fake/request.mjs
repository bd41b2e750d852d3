// SPDX-License-Identifier: AGPL-3.0-or-later
// What our own policy of requests demands: one model, one provider, no fallbacks, nothing kept, a price ceiling, a strict
// schema, data apart from instructions. Every breach is a sentence; a good request has none.

const ROUTING = ['models', 'route', 'fallbacks', 'preset', 'transforms', 'tools', 'tool_choice', 'functions', 'web_search_options'];
const DEPRECATED = ['max_tokens', 'usage', 'stream_options'];
const RESTRICTED = ['minLength', 'maxLength', 'pattern', 'format', 'minItems', 'maxItems', 'minimum', 'maximum', 'uniqueItems'];
const DRAFT = ['subject', 'preheader', 'paragraphs', 'picks', 'cta_label', 'cta_target', 'sign_off', 'abstain', 'abstain_reason'];
const OPENROUTER_ONLY = ['provider', 'plugins', 'metadata', 'session_id'];

function* inModel(model) {
  if (typeof model !== 'string' || model === '') yield 'model: one concrete id is missing';
  else if (/^(openrouter\/|~)|:(online|free|floor|nitro)/.test(model)) yield `model: ${model} is not one concrete model`;
}

function* inProvider(provider) {
  if (!provider || typeof provider !== 'object') { yield 'provider: is missing'; return; }
  if (!Array.isArray(provider.only) || provider.only.length !== 1) yield 'provider.only: must name one provider';
  if (provider.allow_fallbacks !== false) yield 'provider.allow_fallbacks: must be false';
  if (provider.require_parameters !== true) yield 'provider.require_parameters: must be true';
  if (provider.data_collection !== 'deny') yield 'provider.data_collection: must be deny';
  if (provider.zdr !== true) yield 'provider.zdr: must be true';
  if (!(provider.max_price?.prompt > 0 && provider.max_price?.completion > 0)) yield 'provider.max_price: prompt and completion must be set';
  for (const name of Object.keys(provider))
    if (!['only', 'allow_fallbacks', 'require_parameters', 'data_collection', 'zdr', 'max_price'].includes(name)) yield `provider.${name}: is not of the policy`;
}

function* inPlugins(plugins) {
  const wanted = [{ id: 'context-compression', enabled: false }];
  if (JSON.stringify(plugins) !== JSON.stringify(wanted)) yield 'plugins: compression must be off, and nothing else on';
}

// Strict modes want every member required and none more, and know no lengths.
function* inSchema(schema, path) {
  for (const word of RESTRICTED) if (schema[word] !== undefined) yield `${path}: ${word} is beyond strict schemas`;
  if (Array.isArray(schema.enum) && schema.enum.length === 0) yield `${path}: an enum of nothing`;
  if (schema.type === 'object') {
    const names = Object.keys(schema.properties ?? {});
    if (schema.additionalProperties !== false) yield `${path}: additionalProperties must be false`;
    if (names.some((name) => !schema.required?.includes(name))) yield `${path}: every member must be required`;
    for (const name of names) yield* inSchema(schema.properties[name], `${path}.${name}`);
  }
  if (schema.type === 'array') yield* inSchema(schema.items ?? {}, `${path}[]`);
}

function* inFormat(format) {
  const named = format?.json_schema;
  if (format?.type !== 'json_schema' || !named) { yield 'response_format: must be a JSON schema'; return; }
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(named.name ?? '')) yield 'response_format: the schema needs a name';
  if (named.strict !== true) yield 'response_format: the schema must be strict';
  const schema = named.schema ?? {};
  if (JSON.stringify(Object.keys(schema.properties ?? {}).sort()) !== JSON.stringify([...DRAFT].sort())) yield 'response_format: the schema is not that of a draft';
  yield* inSchema(schema, 'schema');
  const facts = schema.properties?.paragraphs?.items?.properties?.facts?.items;
  if (!facts?.enum) yield 'schema: the fact ids must be an enum';
}

function* inMessages(messages) {
  const roles = Array.isArray(messages) ? messages.map(({ role }) => role).join() : '';
  if (roles !== 'system,user') { yield `messages: one of the system and one of the user, not "${roles}"`; return; }
  if (messages.some(({ content }) => typeof content !== 'string' || content === '')) { yield 'messages: content must be text'; return; }
  try {
    const data = JSON.parse(messages[1].content);
    if (data === null || typeof data !== 'object' || Array.isArray(data)) yield 'messages: the data must be one JSON object';
  } catch { yield 'messages: the data must be one JSON object'; }
}

// `dialect`: 'openrouter', or 'openai' for a server that knows nothing of OpenRouter's own members.
export function breaches({ headers, body }, { model, provider, dialect = 'openrouter' } = {}) {
  const found = [];
  const add = (sentences) => found.push(...sentences);
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) found.push('content-type: must be JSON');
  for (const name of ['http-referer', 'x-title', 'x-openrouter-title']) if (headers[name] !== undefined) found.push(`${name}: puts the shop in public rankings`);
  for (const name of ROUTING) if (body[name] !== undefined) found.push(`${name}: is not of the policy`);
  for (const name of DEPRECATED) if (body[name] !== undefined && !(dialect === 'openai' && name !== 'usage')) found.push(`${name}: is deprecated`);
  add(inModel(body.model));
  if (model && body.model !== model) found.push(`model: ${body.model} is not the configured one`);
  const cap = body.max_completion_tokens ?? (dialect === 'openai' ? body.max_tokens : undefined);
  if (!Number.isInteger(cap) || cap < 16 || cap > 4000) found.push('max_completion_tokens: must be set, and small');
  if (body.stream !== true) found.push('stream: must be true');
  if (body.user !== undefined) found.push('user: no id of anybody leaves the house');
  if (dialect === 'openrouter') {
    add(inProvider(body.provider));
    if (provider && body.provider?.only?.[0] !== provider) found.push('provider.only: is not the configured one');
    add(inPlugins(body.plugins));
  } else {
    for (const name of OPENROUTER_ONLY) if (body[name] !== undefined) found.push(`${name}: is OpenRouter's own`);
  }
  add(inFormat(body.response_format));
  add(inMessages(body.messages));
  return found;
}

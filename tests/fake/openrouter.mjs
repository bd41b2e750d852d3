// SPDX-License-Identifier: AGPL-3.0-or-later
// A model service that speaks OpenRouter's protocol, with one model of one provider. It answers with good drafts, limits and
// bills as the real one, and does whatever a script says. It keeps all bytes it received, when, and what it billed.
//
// A script is a queue (`next(fault, ...)`, one a chat request) or a function (`plan = (request) => fault`). A fault has any of
//   error        a name of ERRORS, or {status, headers, body}      with: {retryAfter ...}
//   softError    the body of HTTP 200 (or, with `after: n` deltas, the last event of the stream)
//   stall, reset, cut   'before_headers' 'before_body' 'mid_stream' 'before_done': never goes on; resets; ends politely
//   keepAlive    comments go on while it stalls
//   finish       another finish reason; 'length' also cuts the content
//   draft        (draft, body) => draft or text;  raw: the content itself;  model, provider: what the answer says
//   whole        the answer as one document although a stream was asked for
//   hugeBytes, badUtf8, usage: false, latencyMs, wire (see stream.mjs)
//
// With the dialect 'openai' it is a server of one's own: it knows no provider, price, key or generation, and refuses what only
// OpenRouter knows.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { writeDraft } from './draft.mjs';
import { ERRORS } from './errors.mjs';
import { Limit } from './limit.mjs';
import { breaches } from './request.mjs';
import { Frames, pieces, writeCut } from './stream.mjs';

export const KEY = 'sk-or-v1-of-the-tests';
export const MODEL = 'fern/writer-1';
export const PROVIDER = 'fernhost';
const BODY_MAX = 4 << 20;
const HUGE_PIECE = 'lorem ipsum '.repeat(4096);
const MICRO = 1e6;

class Gone extends Error {} // the caller closed the connection

export class OpenRouter {
  // options: certificate (https), perMinute, windowMs, slack and bursts (see limit.mjs), and anything of the service's state.
  static async start({ certificate, perMinute, windowMs, slack, bursts, ...state } = {}) {
    const fake = new OpenRouter();
    fake.limit = new Limit({ perMinute, windowMs, slack, bursts });
    Object.assign(fake, state);
    const handler = (request, response) => { fake.serve(request, response).catch((error) => fake.failed(error, response)); };
    fake.server = certificate ? https.createServer({ cert: certificate.cert, key: certificate.key }, handler) : http.createServer(handler);
    fake.server.keepAliveTimeout = 60000;
    fake.server.on('connection', (socket) => { fake.sockets.add(socket); socket.on('close', () => fake.sockets.delete(socket)); });
    fake.server.on('tlsClientError', () => fake.refusedHandshakes++);
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    fake.url = `http${certificate ? 's' : ''}://127.0.0.1:${fake.server.address().port}/api/v1`;
    return fake;
  }

  sockets = new Set();
  refusedHandshakes = 0;
  // the service
  key = KEY; // null: none is wanted
  model = MODEL;
  canonical = `${MODEL}-20260901`;
  endpoints = [{ tag: PROVIDER, name: 'Fernhost', parameters: ['max_tokens', 'max_completion_tokens', 'temperature', 'seed', 'response_format', 'structured_outputs'] }];
  prices = { prompt: 0.000001, completion: 0.000004 };
  credit = { limit: 100, usage: 0 };
  dialect = 'openrouter';
  latencyMs = 0;
  wires = [{}]; // how successive streams are written
  getFault = undefined; // what every GET answers instead: a name of ERRORS, or {status, headers, body}
  generationLag = 0; // how often /generation says "not yet" for an id
  queue = [];
  plan = () => undefined;
  // what happened
  chats = []; // {n, at, headers, bytes, body, breaches, status, gone}
  gets = []; // {path, at, status}
  billed = []; // {id, n, cost, micro, prompt, completion}
  errors = []; // faults of the fake itself: a test asks for none

  next(...faults) { this.queue.push(...faults); }

  // Everything ever received, for a search.
  bytes() {
    return Buffer.concat(this.chats.flatMap(({ bytes, headers, path }) => [Buffer.from(`${path}\n${JSON.stringify(headers)}\n`), bytes, Buffer.from('\n')]));
  }

  billedMicro() { return this.billed.reduce((sum, { micro }) => sum + micro, 0); }

  breaches() { return [...new Set(this.chats.flatMap((chat) => chat.breaches))]; }

  failed(error, response) {
    if (error instanceof Gone || error.code === 'ECONNRESET') {
      if (!response.writableEnded) response.destroy();
      return;
    }
    this.errors.push(error);
    response.destroy();
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  // --- routes ---------------------------------------------------------------------------------------------------------

  async serve(request, response) {
    const at = performance.now(); // before the body: the moment the request came
    const url = new URL(request.url, this.url);
    const bytes = await this.read(request);
    if (request.method === 'POST' && url.pathname === '/api/v1/chat/completions') return this.chat({ at, request, bytes }, response);
    const answer = request.method === 'GET' ? this.get(url, request) : { status: 404, body: { error: { code: 404, message: 'Not Found' } } };
    this.gets.push({ path: url.pathname + url.search, at, status: answer.status });
    return this.send(response, answer);
  }

  async read(request) {
    const parts = [];
    let length = 0;
    for await (const part of request) {
      parts.push(part);
      if ((length += part.length) > BODY_MAX) throw new Error('a request of more than 4 MB');
    }
    return Buffer.concat(parts);
  }

  send(response, { status, headers = {}, body }) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text);
  }

  isKnown(request) { return this.key === null || request.headers.authorization === `Bearer ${this.key}`; }

  get(url, request) {
    const found = (data) => ({ status: 200, body: { data } });
    const missing = (message) => ({ status: 404, body: { error: { code: 404, message } } });
    if (this.getFault) return typeof this.getFault === 'string' ? ERRORS[this.getFault]() : this.getFault;
    const lists = url.pathname === '/api/v1/models';
    if (this.dialect === 'openai') return lists ? { status: 200, body: { object: 'list', data: [{ id: this.model, object: 'model' }] } } : missing('Not Found');
    if (lists) return found([this.modelData()]);
    const asked = /^\/api\/v1\/models\/(.+)\/endpoints$/.exec(url.pathname)?.[1];
    if (asked && decodeURIComponent(asked) !== this.model) return missing('Model not found');
    if (asked) return found({ ...this.modelData(), endpoints: this.endpoints.map((one) => this.endpointData(one)) });
    if (!this.isKnown(request)) return ERRORS.bad_key();
    if (url.pathname === '/api/v1/key') return found(this.keyData());
    if (url.pathname === '/api/v1/generation') return this.generation(url.searchParams.get('id'), found, missing);
    return missing('Not Found');
  }

  modelData() {
    return { id: this.model, canonical_slug: this.canonical, name: 'Fern: Writer', created: 1788000000, description: 'Writes.', context_length: 128000,
      architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'], tokenizer: 'GPT', instruct_type: null },
      pricing: this.priceData(), supported_parameters: this.endpoints[0]?.parameters ?? [], per_request_limits: null };
  }

  priceData(prices = this.prices) { return { prompt: prices.prompt.toFixed(12), completion: prices.completion.toFixed(12), request: '0', image: '0' }; }

  endpointData({ tag, name, parameters, prices }) {
    return { name: `${name} | ${this.model}`, model_name: 'Fern: Writer', context_length: 128000, pricing: this.priceData(prices),
      provider_name: name, tag, quantization: 'fp16', max_completion_tokens: 16384, max_prompt_tokens: null,
      supported_parameters: parameters, status: 0, uptime_last_30m: 99.9, supports_implicit_caching: false };
  }

  keyData() {
    const usage = this.credit.usage + this.billedMicro() / MICRO;
    const { limit } = this.credit;
    return { label: 'sk-or-v1-of...sts', limit, limit_remaining: limit === null ? null : limit - usage, limit_reset: 'daily',
      usage, usage_daily: usage, usage_weekly: usage, usage_monthly: usage, is_free_tier: false, is_provisioning_key: false,
      expires_at: null, rate_limit: { requests: -1, interval: '10s', note: 'deprecated' } };
  }

  generation(id, found, missing) {
    const bill = this.billed.find((one) => one.id === id);
    if (!bill || bill.asked++ < this.generationLag) return missing('Generation not found');
    return found({ id, total_cost: bill.cost, usage: bill.cost, model: this.model, provider_name: this.endpoints[0].name, streamed: true,
      cancelled: false, finish_reason: 'stop', tokens_prompt: bill.prompt, tokens_completion: bill.completion,
      native_tokens_prompt: bill.prompt, native_tokens_completion: bill.completion, created_at: new Date().toISOString() });
  }

  // --- chat -----------------------------------------------------------------------------------------------------------

  async chat({ at, request, bytes }, response) {
    let body;
    try { body = JSON.parse(bytes.toString('utf8')); } catch { body = undefined; }
    const chat = { n: this.chats.length, at, path: request.url, headers: request.headers, bytes, body, gone: false };
    chat.breaches = body ? breaches({ headers: request.headers, body }, { model: this.model, provider: PROVIDER, dialect: this.dialect }) : ['body: is not JSON'];
    this.chats.push(chat);
    response.on('close', () => { chat.gone = !response.writableFinished; });
    const refusal = this.refuse(chat, request);
    const answer = async (given) => { chat.status = given.status; this.send(response, given); };
    if (refusal) return answer(refusal);
    const fault = this.queue.length > 0 ? (this.queue.shift() ?? {}) : (this.plan(chat) ?? {});
    chat.fault = fault;
    if (fault.latencyMs ?? this.latencyMs) await delay(fault.latencyMs ?? this.latencyMs);
    if (typeof fault.error === 'string') return answer(this.announce(ERRORS[fault.error](fault.with)));
    if (fault.error) return answer(this.announce(fault.error));
    if (fault.softError && fault.after === undefined) return answer({ status: 200, body: fault.softError });
    const generation = this.generate(chat, fault);
    await this.phase('before_headers', fault, response);
    chat.status = 200;
    const streams = body.stream && !fault.whole;
    response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json', 'cache-control': 'no-cache',
      ...(this.dialect === 'openai' ? {} : { 'x-generation-id': generation.id }) });
    response.flushHeaders();
    await this.phase('before_body', fault, response);
    return streams ? this.stream(generation, fault, response) : this.whole(generation, fault, response);
  }

  // What the service itself finds wrong, before any script.
  refuse(chat, request) {
    const { body } = chat;
    if (!this.isKnown(request)) return ERRORS.bad_key();
    const wait = this.limit.take(chat);
    if (wait !== undefined) return ERRORS.rate({ retryAfter: wait, limit: this.limit.perMinute });
    if (!body) return ERRORS.invalid_request();
    if (body.model !== this.model) return { status: 400, body: { error: { code: 400, message: `${body.model} is not a valid model ID` } } };
    if (this.dialect === 'openai') return body.provider || body.plugins ? ERRORS.invalid_request() : undefined;
    const [wanted] = body.provider?.only ?? [];
    const endpoint = wanted === undefined ? this.endpoints[0] : this.endpoints.find(({ tag }) => tag === wanted);
    if (!endpoint) return ERRORS.no_endpoints();
    if (body.provider?.require_parameters && body.response_format && !endpoint.parameters.includes('structured_outputs')) return ERRORS.constraint();
    const ceiling = body.provider?.max_price, prices = endpoint.prices ?? this.prices;
    if (ceiling && (prices.prompt * MICRO > ceiling.prompt || prices.completion * MICRO > ceiling.completion)) return ERRORS.constraint();
    return undefined;
  }

  // A Retry-After that a script gives counts for the log of arrivals like one of the limit's own.
  announce(given) {
    const seconds = Number(given.headers?.['retry-after']);
    if (seconds > 0) this.limit.announce(seconds * 1000);
    return given;
  }

  // What the model makes, and the bill for it: work is billed once it began, whether or not anybody waits for the answer;
  // nothing is billed for an answer that ends in an error.
  generate(chat, fault) {
    const { body } = chat;
    const id = `gen-${Math.floor(Date.now() / 1000)}-${createHash('sha256').update(randomUUID()).digest('hex').slice(0, 20)}`;
    const draft = writeDraft(body, String(fault.salt ?? ''));
    const told = fault.raw ?? (fault.draft ? fault.draft(draft, body) : draft);
    let content = typeof told === 'string' ? told : JSON.stringify(told);
    if (fault.finish === 'length') content = content.slice(0, Math.floor(content.length * 0.6));
    const most = body.max_completion_tokens ?? body.max_tokens ?? 4096;
    const prompt = Math.ceil(body.messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0) / 4);
    const completion = Math.min(most, fault.hugeBytes ? most : Math.ceil(Buffer.byteLength(content) / 4));
    const micro = Math.round((prompt * this.prices.prompt + completion * this.prices.completion) * MICRO);
    if (!fault.softError) this.billed.push({ id, n: chat.n, micro, cost: micro / MICRO, prompt, completion, asked: 0 });
    chat.generation = id;
    const tokens = { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
    if (this.dialect === 'openai') return { id, content, usage: tokens, model: fault.model ?? this.model };
    return { id, content, usage: { ...tokens, cost: micro / MICRO, is_byok: false, prompt_tokens_details: { cached_tokens: 0 },
      cost_details: { upstream_inference_cost: null }, completion_tokens_details: { reasoning_tokens: 0 } },
    model: fault.model ?? this.model, provider: fault.provider ?? this.endpoints[0].name };
  }

  async phase(name, fault, response, frames) {
    if (fault.reset === name) {
      if (frames) await new Promise((resolve) => { response.write(frames.comment(), resolve); }); // what was said so far arrives
      response.socket?.resetAndDestroy();
    }
    if (fault.cut === name) response.end();
    if (fault.reset === name || fault.cut === name) throw new Gone();
    if (fault.stall !== name) return;
    const left = once(response, 'close');
    while (!response.closed && !response.destroyed) {
      await Promise.race([left, ...(fault.keepAlive ? [delay(100)] : [])]);
      if (fault.keepAlive && frames && !response.destroyed) response.write(frames.comment());
    }
    throw new Gone();
  }

  whole({ id, content, usage, model, provider }, fault, response) {
    const finish = fault.finish ?? 'stop', message = { role: 'assistant', content, refusal: null, reasoning: null };
    response.end(JSON.stringify({ id, provider, model, object: 'chat.completion', created: Math.floor(Date.now() / 1000),
      choices: [{ index: 0, logprobs: null, finish_reason: finish, native_finish_reason: finish, message }],
      ...(fault.usage === false ? {} : { usage }) }));
  }

  async stream(generation, fault, response) {
    const { id, content, usage, model, provider } = generation;
    const wire = fault.wire ?? this.wires[this.billed.length % this.wires.length];
    const frames = new Frames(wire);
    const chunk = (choices, more = {}) => ({ id, provider, model, object: 'chat.completion.chunk', created: Math.floor(Date.now() / 1000), choices, ...more });
    const delta = (text, finish = null) =>
      chunk([{ index: 0, delta: { role: 'assistant', content: text }, finish_reason: finish, native_finish_reason: finish, logprobs: null }]);
    const write = async (text) => { if (!await writeCut(response, text, wire.sizes)) throw new Gone(); };
    await write(frames.comment());
    const parts = pieces(content), half = Math.floor(parts.length / 2);
    for (const [i, part] of parts.entries()) {
      if (i === half) await this.middle({ write, frames, delta, part }, fault, response);
      if (fault.after === i) return response.end(frames.json({ ...delta('', 'error'), ...fault.softError }));
      await write(frames.json(delta(part)));
    }
    await write(frames.json(delta('', fault.finish ?? 'stop')));
    if (fault.usage !== false) await write(frames.json(chunk([], { usage })));
    await this.phase('before_done', fault, response, frames);
    await write(frames.event('[DONE]'));
    return response.end();
  }

  // Half-way through the content.
  async middle({ write, frames, delta, part }, fault, response) {
    await this.phase('mid_stream', fault, response, frames);
    for (let sent = 0; sent < (fault.hugeBytes ?? 0); sent += HUGE_PIECE.length) await write(frames.json(delta(HUGE_PIECE)));
    if (!fault.badUtf8) return;
    const [left, right] = frames.json(delta(`@@${part}`)).split('@@');
    await write(Buffer.concat([Buffer.from(left), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from(right)]));
  }
}

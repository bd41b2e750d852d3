// SPDX-License-Identifier: AGPL-3.0-or-later
// Serves web/dist with the headers of the real server, and the mock shop beside it.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { answer, loadOperations } from './contract.mjs';
import { mockShop } from './shop.mjs';

const dist = path.resolve(import.meta.dirname, '../dist');
const contract = path.resolve(import.meta.dirname, '../../api/openapi.yaml');
const types = /** @type {Record<string, string>} */ ({ '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' });

/** The console's policy: nothing inline but style elements with the nonce of this answer. */
const csp = (/** @type {string} */ nonce) =>
  `default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-${nonce}'; style-src-attr 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

function serveFile(/** @type {http.ServerResponse} */ response, /** @type {string} */ name) {
  const file = path.join(dist, path.normalize(name));
  const found = file.startsWith(dist) && path.extname(file) !== '' && fs.existsSync(file);
  if (found) {
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream', 'cache-control': 'public, max-age=31536000, immutable' });
    return response.end(fs.readFileSync(file));
  }
  if (path.extname(name) !== '') return response.writeHead(404).end();
  const nonce = crypto.randomBytes(16).toString('base64');
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': csp(nonce), 'x-content-type-options': 'nosniff' });
  return response.end(fs.readFileSync(path.join(dist, 'index.html'), 'utf8').replaceAll('__NONCE__', nonce));
}

async function readBody(/** @type {http.IncomingMessage} */ request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * Starts the mock server.
 * @param {{ port?: number, drafts?: number, clients?: number, handlers?: Partial<Record<string, import('./contract.mjs').Handler>> }} [options]
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startMock({ port = 0, drafts, clients, handlers = {} } = {}) {
  const operations = loadOperations(contract);
  const all = { ...mockShop(operations, { drafts, clients }), ...handlers };
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (!url.pathname.startsWith('/api/')) return serveFile(response, url.pathname);
    if (url.pathname === '/api/v1/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      return response.write(': hello\n\n');
    }
    const headers = new Headers(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    const given = await answer(operations, all, { method: request.method ?? 'GET', url, headers, body: await readBody(request) });
    response.writeHead(given.status, { ...(given.type === '' ? {} : { 'content-type': given.type }), 'cache-control': 'no-store', ...given.headers });
    return response.end(given.body);
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', () => done(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startMock({ port: Number(process.env.PORT ?? 8790) });
  console.log(`Mock shop at ${url}`);
}

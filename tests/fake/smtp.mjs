// SPDX-License-Identifier: AGPL-3.0-or-later
// A relay that does at each phase what its script says, and keeps every command, every header and every message whose final
// dot came in. A script names an answer for some of the phases connect, ehlo, tls, auth, mail, rcpt, data and dot:
//
//   '450 4.2.0 later'            said as it is; several lines with \n between them
//   { say: '250 ok', drop: true }  said, if anything, and then the connection is closed
//   { stall: true }              never answered; { say: '250-x', stall: true }: begun and never ended
//   { say, byteMs: 20 }          said byte by byte
//   { say, raw: true }           said without the line ends that SMTP wants
//
// Options: tls: {cert, key}: offers STARTTLS (offer: false hides it); login: true: offers AUTH PLAIN; pause: () => ms before
// each answer.
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';

const USUAL = { connect: '220 relay.test ESMTP', tls: '220 2.0.0 go ahead', auth: '235 2.7.0 welcome', mail: '250 2.1.0 ok', rcpt: '250 2.1.5 ok',
  data: '354 go on', dot: '250 2.0.0 accepted', noop: '250 2.0.0 ok', rset: '250 2.0.0 ok', quit: '221 2.0.0 bye' };
const PHASES = { EHLO: 'ehlo', HELO: 'ehlo', STARTTLS: 'tls', AUTH: 'auth', MAIL: 'mail', RCPT: 'rcpt', DATA: 'data', NOOP: 'noop', RSET: 'rset', QUIT: 'quit' };

export class Smtp {
  static async start(options = {}) {
    const relay = new Smtp();
    Object.assign(relay, { script: {}, pause: null, ...options, connections: [], messages: [], sockets: new Set() });
    relay.server = net.createServer((socket) => relay.serve(socket));
    relay.server.listen(0, '127.0.0.1');
    await once(relay.server, 'listening');
    relay.port = relay.server.address().port;
    return relay;
  }

  serve(socket) {
    const session = { commands: [], lines: null, rest: '', sender: null, recipients: [], secured: false, loggingIn: false, work: Promise.resolve() };
    this.connections.push(session);
    this.listen(socket, session);
    session.work = this.answer(socket, session, 'connect');
  }

  listen(socket, session) {
    session.socket = socket;
    this.sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {}); // the peer may go at any moment
    socket.on('data', (piece) => { // one after the other, as they came
      session.work = session.work.then(() => this.take(session, piece)).catch(() => session.socket.destroy());
    });
  }

  async take(session, piece) {
    const lines = (session.rest + piece).split('\r\n');
    session.rest = lines.pop();
    for (const line of lines) {
      if (session.socket.destroyed) return;
      if (session.lines === null) await this.command(session, line);
      else if (line !== '.') session.lines.push(line.replace(/^\./, ''));
      else await this.finish(session);
    }
  }

  async command(session, line) {
    const { socket } = session;
    session.commands.push(line);
    if (session.loggingIn) {
      session.loggingIn = false;
      return this.answer(socket, session, 'auth');
    }
    const phase = PHASES[line.split(' ')[0].toUpperCase()];
    if (!phase) return this.write(socket, '500 5.5.2 no such command');
    if (phase === 'auth') {
      session.loggingIn = true;
      return this.write(socket, '334 ');
    }
    if (phase === 'mail') Object.assign(session, { sender: /<(.*)>/.exec(line)?.[1] ?? null, recipients: [] });
    if (phase === 'rcpt') session.recipients.push(/<(.*)>/.exec(line)?.[1] ?? line);
    const reply = await this.answer(socket, session, phase);
    if (phase === 'tls' && /^220/.test(reply ?? '') && !this.script.tls?.garbage) this.secure(session);
    if (phase === 'data' && /^354/.test(reply ?? '')) session.lines = [];
    if (phase === 'quit') socket.end();
  }

  async finish(session) {
    const text = session.lines.join('\r\n');
    session.lines = null;
    const message = { sender: session.sender, recipients: session.recipients, text, secured: session.secured, ...split(text), reply: '' };
    this.messages.push(message); // before it is answered: what came in came in, whatever is said of it
    await this.answer(session.socket, session, 'dot', (reply) => { message.reply = reply; });
  }

  extensions(session) {
    return ['relay.test', 'SIZE 10000000', this.tls && this.offer !== false && !session.secured && 'STARTTLS', this.login && 'AUTH PLAIN', 'ENHANCEDSTATUSCODES']
      .filter(Boolean).map((name, i, all) => `250${i + 1 < all.length ? '-' : ' '}${name}`).join('\n');
  }

  // Says what the script, or else custom, wants; gives what was said.
  async answer(socket, session, phase, before = () => {}) {
    const scripted = this.script[phase] ?? (phase === 'ehlo' ? this.extensions(session) : USUAL[phase]);
    const answer = typeof scripted === 'string' ? { say: scripted } : scripted;
    if (this.pause) await delay(this.pause());
    before(answer.say ?? '');
    if (answer.say !== undefined) await this.write(socket, answer.say, answer);
    if (answer.drop) socket.destroySoon();
    if (answer.garbage) socket.once('data', () => socket.write('this is no TLS at all\r\n'));
    if (answer.stall) await once(socket, 'close');
    return answer.drop ? undefined : answer.say;
  }

  async write(socket, text, { byteMs = 0, raw = false } = {}) {
    const bytes = raw ? text : `${text.replaceAll('\n', '\r\n')}\r\n`;
    if (byteMs === 0) return void socket.write(bytes, 'latin1');
    for (const byte of bytes) {
      if (socket.destroyed) return;
      socket.write(byte, 'latin1');
      await delay(byteMs);
    }
  }

  secure(session) {
    const plain = session.socket;
    plain.removeAllListeners('data');
    plain.setEncoding(undefined);
    session.secured = true;
    session.rest = '';
    this.listen(new tls.TLSSocket(plain, { isServer: true, cert: this.tls.cert, key: this.tls.key }), session);
  }

  // Messages that this relay said it took.
  accepted() { return this.messages.filter(({ reply }) => /^2/.test(reply)); }

  commands() { return this.connections.flatMap(({ commands }) => commands); }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

// Header lines as they stand and by their names, and what follows the empty line.
export function split(text) {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const lines = head.replaceAll(/\r\n([ \t])/g, '$1').split('\r\n');
  const names = lines.map((line) => line.slice(0, Math.max(line.indexOf(':'), 0)));
  const header = (name) => lines[names.findIndex((n) => n.toLowerCase() === name.toLowerCase())]?.slice(name.length + 1).trim();
  return { head, names, header, body: end < 0 ? '' : text.slice(end + 4), messageId: header('Message-ID')?.replace(/[<>]/g, '') };
}

// The parts of a multipart message, decoded: [{type, text}], text with LF lines.
export function parts(text) {
  const whole = split(text);
  const boundary = /boundary="?([^";]+)"?/.exec(whole.header('Content-Type') ?? '')?.[1];
  if (!boundary) return [];
  return `\r\n${whole.body}`.split(`\r\n--${boundary}`).slice(1, -1).map((piece) => {
    const { header, body } = split(piece.replace(/^\r\n/, ''));
    return { type: header('Content-Type').split(';')[0], text: decode(body, header('Content-Transfer-Encoding')).replaceAll('\r\n', '\n') };
  });
}

function decode(body, encoding = '') {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding.toLowerCase() !== 'quoted-printable') return body;
  const bytes = body.replaceAll(/[ \t]+(?=\r\n|$)/g, '').replaceAll(/=\r\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

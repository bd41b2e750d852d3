// SPDX-License-Identifier: AGPL-3.0-or-later
// A relay whose behaviour the recipient's address chooses, so that a test can have an email in each state it may end in:
// uncertain-…@ closes the connection after the final dot, refused-…@ answers 5xx, later-…@ 4xx, everyone else is accepted.
import { once } from 'node:events';
import net from 'node:net';

export class Relay {
  static async start() {
    const relay = new Relay();
    relay.messages = []; // accepted ones: {recipient, text}
    relay.sockets = new Set();
    relay.server = net.createServer((socket) => relay.serve(socket));
    relay.server.listen(0, '127.0.0.1');
    await once(relay.server, 'listening');
    relay.port = relay.server.address().port;
    return relay;
  }

  serve(socket) {
    const session = { recipient: '', lines: null };
    let rest = '';
    this.sockets.add(socket);
    socket.setEncoding('latin1');
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => {}); // the peer may go at any moment
    socket.write('220 relay.test ESMTP\r\n');
    socket.on('data', (piece) => {
      const lines = (rest + piece).split('\r\n');
      rest = lines.pop();
      for (const line of lines) this.take(socket, session, line);
    });
  }

  take(socket, session, line) {
    if (session.lines && line !== '.') session.lines.push(line.replace(/^\./, ''));
    else if (session.lines) this.finish(socket, session);
    else this.command(socket, session, line);
  }

  command(socket, session, line) {
    const word = line.slice(0, 4).toUpperCase();
    if (word === 'RCPT') session.recipient = /<([^>]*)>/.exec(line)[1];
    if (word === 'DATA') session.lines = [];
    const answers = { EHLO: '250-relay.test\r\n250 PIPELINING', DATA: '354 go on', QUIT: '221 bye',
      RCPT: session.recipient.startsWith('refused-') ? '550 5.1.1 no such user' : '250 ok' };
    socket.write(`${answers[word] ?? '250 ok'}\r\n`);
    if (word === 'QUIT') socket.end();
  }

  finish(socket, session) {
    const text = session.lines.join('\r\n');
    session.lines = null;
    if (session.recipient.startsWith('uncertain-')) {
      socket.destroy();
    } else if (session.recipient.startsWith('later-')) {
      socket.write('451 4.3.0 try again later\r\n');
    } else {
      this.messages.push({ recipient: session.recipient, text });
      socket.write('250 2.0.0 accepted\r\n');
    }
  }

  messageFor(recipient) {
    return this.messages.find((message) => message.recipient === recipient);
  }

  async stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

// The path of a link of ours in a message: kind u, why or c. Looks through quoted-printable and base64 parts.
export function linkIn(text, kind) {
  const unfolded = text.replaceAll(/\r\n[ \t]+/g, '');
  const quoted = unfolded.replaceAll(/=\r\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  const base64 = [...text.matchAll(/\r\n\r\n((?:[A-Za-z0-9+/]{60,}={0,2}\r\n)+[A-Za-z0-9+/]*={0,2})/g)]
    .map(([, part]) => Buffer.from(part, 'base64').toString('utf8'));
  for (const place of [unfolded, quoted, ...base64]) {
    const found = new RegExp(`/${kind}/[A-Za-z0-9._~-]+`).exec(place);
    if (found) return found[0];
  }
  return null;
}

// SPDX-License-Identifier: AGPL-3.0-or-later
// A Dovecot of our own with one mailbox, INBOX/Returned, whose messages are files: what is put there is read over IMAP, and what the
// reader made of it stands in the files' names (maildir flags) or in their absence.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, writeFileSync, chmodSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, until } from '../story-real/shop.mjs';
import { KEEPER, asRoot, startAsRoot } from './root.mjs';

export const USER = 'bounce', PASSWORD = 'a+b/c@d';

const CONFIG = ({ folder, port, tlsPort }) => `base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${folder}/server.pem
ssl_key = <${folder}/server.key
default_internal_user = ${KEEPER.name}
default_login_user = ${KEEPER.name}
default_internal_group = ${KEEPER.group}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:${folder}/mail
passdb {
  driver = static
  args = user=${USER} password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${KEEPER.uid} gid=${KEEPER.gid} home=${folder}/mail
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service anvil {
  chroot =
}
`;

const answers = (port) => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
  socket.on('error', () => resolve(false));
});

export class Dovecot {
  // {cert, key} of the server; the mailbox is empty.
  static async make({ cert, key }) {
    const dovecot = new Dovecot();
    dovecot.folder = mkdtempSync(path.join('/tmp', 'rekindle-dovecot-'));
    Object.assign(dovecot, { port: await freePort(), tlsPort: await freePort(), count: 0 });
    const { folder } = dovecot;
    chmodSync(folder, 0o755);
    for (const name of ['run', 'state', 'mail', 'mail/.Returned', ...['new', 'cur', 'tmp'].map((one) => `mail/.Returned/${one}`)]) mkdirSync(path.join(folder, name), { mode: 0o755 });
    writeFileSync(path.join(folder, 'dovecot.conf'), CONFIG(dovecot));
    writeFileSync(path.join(folder, 'server.pem'), cert);
    writeFileSync(path.join(folder, 'server.key'), key, { mode: 0o600 });
    asRoot('chown', '-R', `${KEEPER.uid}:${KEEPER.gid}`, `${folder}/mail`);
    return dovecot;
  }

  async start() {
    startAsRoot('dovecot', '-c', `${this.folder}/dovecot.conf`);
    await until('Dovecot', () => answers(this.tlsPort));
  }

  async halt() {
    asRoot('doveadm', '-c', `${this.folder}/dovecot.conf`, 'stop');
    await until('Dovecot to have gone', async () => !(await answers(this.tlsPort)));
  }

  url({ password = PASSWORD, tls = true, host = 'localhost' } = {}) {
    return `${tls ? 'imaps' : 'imap'}://${USER}:${encodeURIComponent(password)}@${host}:${tls ? this.tlsPort : this.port}/Returned`;
  }

  // A message that has come in; it appears as a whole.
  put(message) {
    const name = `${++this.count}.test`, box = path.join(this.folder, 'mail/.Returned');
    writeFileSync(path.join(box, 'tmp', name), message, { mode: 0o644 });
    asRoot('chown', `${KEEPER.uid}:${KEEPER.gid}`, path.join(box, 'tmp', name));
    renameSync(path.join(box, 'tmp', name), path.join(box, 'new', name));
    return name;
  }

  // The flags of a message ("F" flagged, "S" seen, "T" deleted), "new", or null when it is there no more.
  flags(name) {
    const box = path.join(this.folder, 'mail/.Returned');
    if (readdirSync(path.join(box, 'new')).some((file) => file.startsWith(name))) return 'new';
    const file = readdirSync(path.join(box, 'cur')).find((one) => one.startsWith(name));
    return file === undefined ? null : (/:2,(\w*)/.exec(file)?.[1] ?? '');
  }

  log() { return String(asRoot('cat', path.join(this.folder, 'dovecot.log'))); }

  async remove() {
    try { asRoot('doveadm', '-c', `${this.folder}/dovecot.conf`, 'stop'); } catch { /* it was not running */ }
    asRoot('rm', '-rf', this.folder);
  }
}

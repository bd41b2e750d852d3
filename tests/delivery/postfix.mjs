// SPDX-License-Identifier: AGPL-3.0-or-later
// A Postfix of our own: its configuration, queue and mailboxes in a temporary folder, its port and certificate from the test,
// beside whatever runs on the machine. It offers nothing but STARTTLS and keeps every message as a file.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { freePort, until } from '../story-real/shop.mjs';
import { KEEPER, asRoot, feedAsRoot } from './root.mjs';

const MAIN = ({ folder }) => `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/state
maillog_file = ${folder}/log/mail.log
maillog_file_prefixes = ${folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = relay.localhost
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = ${folder}/server.pem
smtpd_tls_key_file = ${folder}/server.key
smtpd_helo_required = yes
strict_rfc821_envelopes = yes
smtpd_forbid_bare_newline = reject
disable_vrfy_command = yes
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = ${folder}/mail
virtual_uid_maps = static:${KEEPER.uid}
virtual_gid_maps = static:${KEEPER.gid}
virtual_minimum_uid = 1
virtual_transport = virtual
`;
const MASTER = ({ port }) => `127.0.0.1:${port} inet n - n - 40 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;

// The lines of a recipe for the messages to a bounce domain, {main, master}, for the program and the folder of a shop. Postfix runs
// nothing as root, so the folder of a shop that does not run becomes the keeper's, with a copy of the program.
function bounceLines({ recipe, shop, domain }) {
  const lines = /^# \/etc\/postfix\/main\.cf\n(relay_domains[^]*?)^# \/etc\/postfix\/master\.cf\n(rekindle unix[^]*?)^```/m.exec(recipe);
  const program = path.join(shop.folder, 'rekindle'), env = Object.entries(shop.env()).map(([name, value]) => `{${name}=${value}}`).join(' ');
  copyFileSync(shop.bin, program);
  const filled = lines.slice(1).map((text) => text.replaceAll('bounce.fernwood.example', domain).replace('user=rekindle', `user=${KEEPER.name}`)
    .replace('/usr/local/bin/rekindle', `/usr/bin/env ${env} ${program}`).replace('/var/lib/rekindle', shop.data));
  asRoot('chown', '-R', `${KEEPER.uid}:${KEEPER.gid}`, shop.folder);
  return { main: filled[0], master: filled[1] };
}

export class Postfix {
  static async start({ cert, key, bounces }) {
    const postfix = new Postfix();
    postfix.folder = mkdtempSync(path.join('/tmp', 'rekindle-postfix-'));
    postfix.port = await freePort();
    const { folder } = postfix;
    chmodSync(folder, 0o755);
    for (const name of ['conf', 'queue', 'state', 'log', 'mail']) mkdirSync(path.join(folder, name), { mode: 0o755 });
    const more = bounces ? bounceLines(bounces) : { main: '', master: '' };
    writeFileSync(path.join(folder, 'conf/main.cf'), MAIN(postfix) + more.main);
    writeFileSync(path.join(folder, 'conf/master.cf'), MASTER(postfix) + more.master);
    writeFileSync(path.join(folder, 'server.pem'), cert);
    writeFileSync(path.join(folder, 'server.key'), key, { mode: 0o600 });
    try {
      asRoot('chown', '-R', 'root:root', `${folder}/conf`, `${folder}/queue`, `${folder}/server.key`);
      asRoot('chown', 'postfix', `${folder}/state`);
      asRoot('chown', `${KEEPER.uid}:${KEEPER.gid}`, `${folder}/mail`);
      asRoot('postfix', '-c', `${folder}/conf`, 'start');
      await until('Postfix', () => new Promise((resolve) => {
        const socket = net.connect(postfix.port, '127.0.0.1');
        socket.on('data', () => { socket.destroy(); resolve(true); });
        socket.on('error', () => resolve(false));
      }));
    } catch (error) {
      await postfix.stop();
      throw new Error(`Postfix did not start: ${error.message} ${error.stderr ?? ''}`);
    }
    return postfix;
  }

  // Its messages as they were kept.
  files() {
    return ['new', 'cur'].flatMap((name) => {
      try {
        return readdirSync(path.join(this.folder, 'mail/all', name)).map((file) => path.join(this.folder, 'mail/all', name, file));
      } catch { return []; } // no message has come yet
    });
  }

  // A message as from another relay, with an empty envelope sender.
  bring(recipient, message) { feedAsRoot(message, 'sendmail', '-C', `${this.folder}/conf`, '-f', '', recipient); }

  read(file) { return readFileSync(file, 'latin1'); }

  log() { return String(asRoot('cat', path.join(this.folder, 'log/mail.log'))); }

  async stop() {
    try { asRoot('postfix', '-c', `${this.folder}/conf`, 'stop'); } catch { /* it was not running */ }
    asRoot('rm', '-rf', this.folder);
  }
}

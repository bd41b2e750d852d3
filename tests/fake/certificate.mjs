// SPDX-License-Identifier: AGPL-3.0-or-later
// A certificate authority of one afternoon, and a certificate for 127.0.0.1 and localhost signed by it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// {caFile, cert, key, remove()}. `name`: what the certificate is for.
export function makeCertificate(name = 'DNS:localhost,IP:127.0.0.1') {
  const folder = mkdtempSync(path.join(tmpdir(), 'rekindle-certificate-'));
  const at = (file) => path.join(folder, file);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=Authority of the tests',
    '-addext', 'basicConstraints=critical,CA:TRUE');
  openssl('req', ...key, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=Model service of the tests');
  writeFileSync(at('extensions'), `subjectAltName=${name}\nextendedKeyUsage=serverAuth\n`);
  openssl('x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2',
    '-extfile', at('extensions'), '-out', at('server.pem'));
  return { caFile: at('ca.pem'), cert: readFileSync(at('server.pem')), key: readFileSync(at('server.key')),
    remove: () => rmSync(folder, { recursive: true, force: true }) };
}

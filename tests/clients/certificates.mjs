// Certificates of an authority that nobody knows but those who are told.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** An authority, whose files are in a folder. `file` is what its clients trust. */
export function authority(folder, name) {
  const path = (ending) => join(folder, `${name}.${ending}`);
  const [file, key] = [path('pem'), path('key')];
  openssl('req', '-x509', ...NEW_KEY, '-days', '1', '-subj', `/CN=${name}`, '-keyout', key, '-out', file);

  /** What a server needs that is reached by this name. */
  function issue(host) {
    const [request, serverKey, certificate, extensions] = ['csr', 'server.key', 'server.pem', 'ext'].map((ending) => path(`${host}.${ending}`));
    openssl('req', ...NEW_KEY, '-subj', `/CN=${host}`, '-keyout', serverKey, '-out', request);
    writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
    openssl('x509', '-req', '-in', request, '-CA', file, '-CAkey', key, '-set_serial', '2', '-days', '1', '-extfile', extensions, '-out', certificate);
    return { key: readFileSync(serverKey), cert: readFileSync(certificate) };
  }
  return { file, issue };
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { run } from './process.ts';

/** A key and the certificate chain for it, PEM. */
export type KeyPair = { key: string; cert: string; keyFile: string; certFile: string };

export type Authority = {
  /** PEM file of the root, for `ca =` in hosts.toml. */
  readonly file: string;
  readonly pem: string;
  /**
   * A server certificate for these names; `days` counts from today and may be negative for one that has ended, and so does
   * `from`, the day that it begins.
   */
  issue(name: string, options?: { days?: number; from?: number; altNames?: string[] }): Promise<KeyPair>;
};

const config = `[ca]
default_ca = lab
[lab]
database = index.txt
new_certs_dir = .
serial = serial
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = names
unique_subject = no
copy_extensions = copy
[names]
commonName = supplied
[req]
distinguished_name = subject
[subject]
`;

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const dayMs = 86_400_000;

/** As `openssl ca` takes it: YYYYMMDDHHMMSSZ. */
const stamp = (at: number): string => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;

/** Makes a root certificate of this name in the folder. */
export const createAuthority = async (dir: string, name: string): Promise<Authority> => {
  await mkdir(dir, { recursive: true });
  const at = (file: string): string => join(dir, file);
  await writeFile(at('ca.cnf'), config);
  await writeFile(at('index.txt'), '');
  await writeFile(at('serial'), '01\n');
  const openssl = (...args: string[]): Promise<string> =>
    run(['sh', '-c', 'cd "$0" && exec openssl "$@"', dir, ...args]);
  const root = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
  const self = ['-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '3650', ...root];
  await openssl('req', '-config', 'ca.cnf', ...self, '-subj', `/CN=${name}`);

  return {
    file: at('ca.crt'),
    pem: await readFile(at('ca.crt'), 'utf8'),
    async issue(server, { days = 30, from: begins, altNames = [server] } = {}) {
      const alt = `subjectAltName=${altNames.map(alias => `${isIP(alias) === 0 ? 'DNS' : 'IP'}:${alias}`).join(',')}`;
      const [csr, key, cert] = [`${server}.csr`, `${server}.key`, `${server}.crt`];
      const subject = ['-subj', `/CN=${server}`, '-addext', alt];
      await openssl('req', '-config', 'ca.cnf', '-new', ...newKey, '-keyout', key, '-out', csr, ...subject);
      const end = Date.now() + days * dayMs;
      const from = begins === undefined ? Math.min(Date.now() - dayMs, end - 30 * dayMs) : Date.now() + begins * dayMs;
      const during = ['-startdate', stamp(from), '-enddate', stamp(end)];
      await openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', '-in', csr, '-out', cert, ...during);
      const [keyPem, certPem] = await Promise.all([readFile(at(key), 'utf8'), readFile(at(cert), 'utf8')]);
      return { key: keyPem, cert: certPem, keyFile: at(key), certFile: at(cert) };
    },
  };
};

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../lab/process.ts';
import type { Authority, KeyPair } from '../lab/tls.ts';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const openssl = (dir: string, ...args: string[]): Promise<string> =>
  run(['sh', '-c', 'cd "$0" && exec openssl "$@"', dir, ...args]);

const pairOf = async (dir: string, name: string): Promise<KeyPair> => {
  const [keyFile, certFile] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
  return { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8'), keyFile, certFile };
};

/** A certificate that signs itself. */
export const selfSigned = async (authority: Authority, name: string): Promise<KeyPair> => {
  const dir = dirname(authority.file);
  const [key, cert] = [`${name}.key`, `${name}.crt`];
  const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  await openssl(dir, 'req', '-config', 'ca.cnf', '-x509', ...newKey, '-keyout', key, '-out', cert, ...about);
  return pairOf(dir, name);
};

/** A certificate below an intermediate one that the server does not send. */
export const belowIntermediate = async (authority: Authority, name: string): Promise<KeyPair> => {
  const dir = dirname(authority.file);
  const between = ['-subj', '/CN=Lab Intermediate', '-addext', 'basicConstraints=critical,CA:TRUE'];
  const request = (to: string, about: string[]): Promise<string> =>
    openssl(dir, 'req', '-config', 'ca.cnf', '-new', ...newKey, '-keyout', `${to}.key`, '-out', `${to}.csr`, ...about);
  const sign = (what: string, by: string): Promise<string> => {
    const signer = ['-CA', `${by}.crt`, '-CAkey', `${by}.key`, '-CAcreateserial', '-copy_extensions', 'copy'];
    return openssl(dir, 'x509', '-req', '-in', `${what}.csr`, '-out', `${what}.crt`, '-days', '30', ...signer);
  };
  await request('between', between);
  await sign('between', 'ca');
  await request(name, ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]);
  await sign(name, 'between');
  return pairOf(dir, name);
};

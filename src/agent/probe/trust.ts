import { createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { limits } from '../../model/limits.ts';
import type { ClientPair } from '../../model/registry-hosts.ts';
import { listHostFiles, readHostFile } from '../node-config/host-file.ts';

/** What a TLS connection trusts and shows: the CAs of the node's system, of the host's configuration, and its client pairs. */
export type Trust = {
  context: SecureContext;
  /** The file or directory of the system's CAs that was read; null where the node has none. */
  systemBundle: string | null;
  caFiles: readonly string[];
};

/** Where Go looks for the system's CAs: the first of the files, and every file of the directories (crypto/x509 root_linux.go). */
const bundleFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const bundleDirectories = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

type Bundle = { pems: string[]; from: string | null };

const textOf = async (hostRoot: string, path: string): Promise<string | null> => {
  const file = await readHostFile(hostRoot, path, limits.caFileBytes);
  return file.ok ? file.bytes.toString('latin1') : null;
};

/** The node's system CAs as Go finds them, read once a walk. */
export const readSystemBundle = async (hostRoot: string): Promise<Bundle> => {
  const bundle: Bundle = { pems: [], from: null };
  for (const path of bundleFiles) {
    const text = await textOf(hostRoot, path);
    if (text === null) continue;
    bundle.pems.push(text);
    bundle.from = path;
    break;
  }
  for (const directory of bundleDirectories) {
    const listed = await listHostFiles(hostRoot, directory);
    // OpenSSL's hash links name files that are listed by their own names too.
    const names = listed.ok ? listed.names.filter(name => !/^[0-9a-f]{8}\.\d+$/.test(name)) : [];
    for (const name of names) {
      const path = `${directory}/${name}`;
      const text = bundleFiles.includes(path) ? null : await textOf(hostRoot, path);
      if (text === null || bundle.pems[0]?.includes(text.trim()) === true) continue;
      bundle.pems.push(text);
      bundle.from ??= directory;
    }
  }
  return bundle;
};

/** Go's least version, and what it accepts of old keys: OpenSSL's own level would refuse what containerd takes. */
const contextOptions = { minVersion: 'TLSv1.2', ciphers: 'DEFAULT@SECLEVEL=1', allowPartialTrustChain: true } as const;

type Pair = { cert: string; key: string };

const makeContext = (ca: string[], pairs: readonly Pair[]): SecureContext => {
  const common = { ...contextOptions, ca };
  try {
    const certs = { cert: pairs.map(({ cert }) => cert), key: pairs.map(({ key }) => key) };
    return createSecureContext(pairs.length === 0 ? common : { ...common, ...certs });
  } catch {
    // A pair that does not fit is a fault of the configuration, which its own check names.
    return createSecureContext(common);
  }
};

/** By what they hold, as long as the bundle is kept: one costs 1 MB outside V8's heap and 30 ms, and most hosts need the same. */
const contexts = new WeakMap<Bundle, Map<string, SecureContext>>();

const contextOf = (bundle: Bundle, own: readonly string[], pairs: readonly Pair[]): SecureContext => {
  const known = contexts.get(bundle) ?? new Map<string, SecureContext>();
  contexts.set(bundle, known);
  const key = createHash('sha256')
    .update(JSON.stringify([own, pairs]))
    .digest('base64');
  const context = known.get(key) ?? makeContext([...bundle.pems, ...own], pairs);
  known.set(key, context);
  return context;
};

/** The trust that containerd has for one host; files that cannot be read are left out, the configuration's checks name them. */
export const trustFor = async (
  host: { caFiles: readonly string[]; clientPairs: readonly ClientPair[] },
  { bundle, hostRoot }: { bundle: Bundle; hostRoot: string },
): Promise<Trust> => {
  const own = await Promise.all(host.caFiles.map(path => textOf(hostRoot, path)));
  const pairs: Pair[] = [];
  for (const { certFile, keyFile } of host.clientPairs) {
    const [cert, key] = [await textOf(hostRoot, certFile), await textOf(hostRoot, keyFile)];
    if (cert !== null && key !== null) pairs.push({ cert, key });
  }
  const texts = own.filter(text => text !== null);
  return { context: contextOf(bundle, texts, pairs), systemBundle: bundle.from, caFiles: host.caFiles };
};

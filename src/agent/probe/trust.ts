import { createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { limits } from '../../model/limits.ts';
import type { ClientPair } from '../../model/registry-hosts.ts';
import { Recent } from '../../diagnose/recent.ts';
import { readHostFile } from '../node-config/host-file.ts';
import type { Bundle } from './system-bundle.ts';

/** What a TLS connection trusts and shows: the CAs of the node's system, of the host's configuration, and its client pairs. */
export type Trust = {
  context: SecureContext;
  /** The file or directory of the system's CAs that was read; null where the node has none. */
  systemBundle: string | null;
  caFiles: readonly string[];
};

const textOf = async (hostRoot: string, path: string): Promise<string | null> => {
  const file = await readHostFile(hostRoot, path, limits.caFileBytes);
  return file.ok ? file.bytes.toString('latin1') : null;
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
const contexts = new WeakMap<Bundle, Recent<SecureContext>>();

const contextOf = (bundle: Bundle, own: readonly string[], pairs: readonly Pair[]): SecureContext => {
  const known = contexts.get(bundle) ?? new Recent<SecureContext>(limits.tlsContexts);
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

import { stat } from 'node:fs/promises';
import { limits } from '../../model/limits.ts';
import { hostPath, listHostFiles, readHostFile } from '../node-config/host-file.ts';

/** The system's CAs in PEM, and the file or directory that they come from; null where the node has none. */
export type Bundle = { readonly pems: readonly string[]; readonly from: string | null };

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

const textOf = async (hostRoot: string, path: string): Promise<string | null> => {
  const file = await readHostFile(hostRoot, path, limits.caFileBytes);
  return file.ok ? file.bytes.toString('latin1') : null;
};

const readBundle = async (hostRoot: string): Promise<Bundle> => {
  const pems: string[] = [];
  let from: string | null = null;
  for (const path of bundleFiles) {
    const text = await textOf(hostRoot, path);
    if (text === null) continue;
    pems.push(text);
    from = path;
    break;
  }
  for (const directory of bundleDirectories) {
    const listed = await listHostFiles(hostRoot, directory);
    // OpenSSL's hash links name files that are listed by their own names too.
    const names = listed.ok ? listed.names.filter(name => !/^[0-9a-f]{8}\.\d+$/.test(name)) : [];
    for (const name of names) {
      const path = `${directory}/${name}`;
      const text = bundleFiles.includes(path) ? null : await textOf(hostRoot, path);
      if (text === null || pems[0]?.includes(text.trim()) === true) continue;
      pems.push(text);
      from ??= directory;
    }
  }
  return { pems, from };
};

/** One version of a file or of a directory's list of names; whatever is written to it, or put in its place, changes it. */
const stampOf = (hostRoot: string, path: string): Promise<string> =>
  hostPath(hostRoot, path)
    .then(at => stat(at, { bigint: true }))
    .then(
      ({ dev, ino, size, ctimeNs }) => `${dev} ${ino} ${size} ${ctimeNs}`,
      () => '',
    );

/**
 * The node's system CAs as Go finds them. Some 140 files (60 ms of CPU): they are read again only when one of the places where
 * Go looks has changed, and after `limits.bundleKeptMs`, since a file of a directory can be written to and leave that as it was.
 */
export class SystemBundle {
  private readonly hostRoot: string;
  private kept: { stamp: string; at: number; bundle: Promise<Bundle> } | null = null;

  constructor(hostRoot: string) {
    this.hostRoot = hostRoot;
  }

  /** The same object as long as nothing has changed. Resolves for every fault of the files. */
  async read(): Promise<Bundle> {
    const places = [...bundleFiles, ...bundleDirectories];
    const stamp = (await Promise.all(places.map(path => stampOf(this.hostRoot, path)))).join('\n');
    const at = performance.now();
    const { kept } = this;
    if (kept?.stamp === stamp && at - kept.at < limits.bundleKeptMs) return kept.bundle;
    const bundle = readBundle(this.hostRoot);
    this.kept = { stamp, at, bundle };
    return bundle;
  }

  /** Gives the memory back until the next reading: half a megabyte, and what OpenSSL made of it. */
  forget(): void {
    this.kept = null;
  }
}

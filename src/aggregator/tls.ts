import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { sleep } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { systemWords } from '../lib/system-words.ts';
import { limits } from '../model/limits.ts';
import { PullpathError } from '../model/error.ts';

/** The files of the aggregator's certificate: the chain, its own first, and the key, both PEM. */
export type TlsFiles = { certFile: string; keyFile: string };
type TlsPair = { cert: string; key: string };

const read = async (flag: string, path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new PullpathError('tls-files-unusable', `${flag} ${path} cannot be read: ${systemWords(error)}`, {
      cause: error,
    });
  }
};

/** What OpenSSL's reasons mean of these two files. */
const opensslWords: Record<string, string | undefined> = {
  'no start line': 'the certificate is not PEM',
  unsupported: 'the key is not PEM',
  'key values mismatch': 'the key is of another certificate',
};

/** Reads certificate and key, and makes sure that they are a pair; fails with `tls-files-unusable`. */
export const readTlsFiles = async ({ certFile, keyFile }: TlsFiles): Promise<TlsPair> => {
  const [cert, key] = await Promise.all([read('--tls-cert-file', certFile), read('--tls-key-file', keyFile)]);
  try {
    // An empty file would pass as no certificate at all.
    new X509Certificate(cert);
    createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? String(error.reason) : '';
    const why = opensslWords[reason] ?? (reason === '' ? systemWords(error) : reason);
    throw new PullpathError(
      'tls-files-unusable',
      `--tls-cert-file ${certFile} and --tls-key-file ${keyFile} are not a certificate and its key: ${why}`,
      { cause: error },
    );
  }
  return { cert, key };
};

/**
 * Takes up new files without a restart: those that connect after that see them. Files that are no pair, as in the moment
 * between two writes, are complained of once and the old ones stay.
 */
export const keepTlsFresh = async (
  files: TlsFiles,
  first: TlsPair,
  {
    server,
    log,
    signal,
    everyMs = limits.tlsLookMs,
  }: { server: Server; log: Log; signal: AbortSignal; everyMs?: number },
): Promise<void> => {
  let held = first;
  let complaint = '';
  for (;;) {
    await sleep(everyMs, signal);
    if (signal.aborted) return;
    try {
      const found = await readTlsFiles(files);
      complaint = '';
      if (found.cert === held.cert && found.key === held.key) continue;
      server.setSecureContext({ ...found, minVersion: 'TLSv1.2' });
      held = found;
      log.info({ certFile: files.certFile }, 'certificate replaced');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== complaint) log.error({ error: why }, 'the new certificate cannot be used, the old one stays');
      complaint = why;
    }
  }
};

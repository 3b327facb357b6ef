import { statSync } from 'node:fs';
import type { Log } from '../../lib/log.ts';
import { readTokens } from '../../lib/token-file.ts';
import { limits } from '../../model/limits.ts';

const stampOf = (path: string): string => {
  try {
    const { mtimeMs, ino, size } = statSync(path);
    return `${mtimeMs} ${ino} ${size}`;
  } catch {
    return 'gone';
  }
};

/**
 * The tokens of all files, read again when a file changed, so that one can be rotated without a restart. A file that cannot
 * be read any more keeps the tokens it had: a half-written secret must not lock every agent out. Fails at the start only.
 */
export const tokenFiles = (paths: readonly string[], log: Log, now: () => number): (() => readonly string[]) => {
  const held = new Map(paths.map(path => [path, { stamp: stampOf(path), tokens: readTokens(path) }]));
  let tokens = [...held.values()].flatMap(file => file.tokens);
  let lookedAt = now();
  const look = (path: string): void => {
    const stamp = stampOf(path);
    const before = held.get(path);
    if (before?.stamp === stamp) return;
    try {
      held.set(path, { stamp, tokens: readTokens(path) });
      log.info({ path }, 'token file read again');
    } catch (error) {
      held.set(path, { stamp, tokens: before?.tokens ?? [] });
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'its old tokens stay valid');
    }
  };
  return () => {
    if (now() - lookedAt < limits.tokenLookMs) return tokens;
    lookedAt = now();
    paths.forEach(look);
    tokens = [...held.values()].flatMap(file => file.tokens);
    return tokens;
  };
};

import { createHash, timingSafeEqual } from 'node:crypto';

/** Who may call: anyone (on loopback only), or who knows one of the tokens. */
export type Auth = { kind: 'none' } | { kind: 'token'; tokens: readonly string[] };

/** Says what is wrong with an Authorization header, null if nothing. */
export type Gate = (authorization: string | undefined) => 'token-missing' | 'token-refused' | null;

// Hashing makes all of one length, as the comparison in constant time wants it.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The check of callers; each token is compared in constant time, all of them always. */
export const gate = (auth: Auth): Gate => {
  if (auth.kind === 'none') return () => null;
  const allowed = auth.tokens.map(digest);
  return authorization => {
    const [, token] = /^bearer +([!-~]+) *$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) return 'token-missing';
    const given = digest(token);
    const matches = allowed.filter(one => timingSafeEqual(one, given)).length;
    return matches > 0 ? null : 'token-refused';
  };
};

/** True for an address that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

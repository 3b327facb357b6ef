import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerOf, refuse, type Authenticate } from './caller.ts';

// Hashing makes all of one length, as the comparison in constant time wants it.
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Lets in who knows one of the tokens; each is compared in constant time, all of them always. */
export const tokenAuth =
  (tokens: () => readonly string[]): Authenticate =>
  ({ authorization, address }) => {
    const token = bearerOf(authorization);
    if (token === null)
      return Promise.resolve(
        refuse('token-missing', 'send Authorization: Bearer with a token from the aggregator’s token file'),
      );
    const given = digest(token);
    const matches = tokens().filter(one => timingSafeEqual(digest(one), given)).length;
    if (matches === 0)
      return Promise.resolve(refuse('token-refused', 'the token is not one of the aggregator’s token file'));
    return Promise.resolve({ ok: true, caller: { kind: 'token', key: address } });
  };

/** Lets everyone in: for loopback only. */
export const openAuth: Authenticate = ({ address }) =>
  Promise.resolve({ ok: true, caller: { kind: 'anyone', key: address } });

import { getSystemErrorMap } from 'node:util';

const untrusted = 'a certificate of a CA that is not trusted here';

/** What the HTTP client and TLS call the usual faults. */
const clientWords: [string, string][] = [
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
  ['UND_ERR_HEADERS_TIMEOUT', 'no answer in time'],
  ['UND_ERR_BODY_TIMEOUT', 'the answer stopped half way'],
  ['UND_ERR_SOCKET', 'the connection was cut'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['CERT_HAS_EXPIRED', 'a certificate that has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'a certificate for another name'],
];

const messages = new Map([...getSystemErrorMap().values(), ...clientWords]);

/** What an error code of the system, of the HTTP client or of TLS says, and the code to look for: `no such file or directory (ENOENT)`. */
export const codeWords = (code: string): string => {
  const message = messages.get(code);
  return message === undefined ? code : `${message} (${code})`;
};

/** Why something failed, in the system's words; an error that is not the system's speaks for itself. */
export const systemWords = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return messages.has(code) ? codeWords(code) : error.message;
};

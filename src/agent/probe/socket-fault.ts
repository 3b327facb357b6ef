import { codeWords } from '../../lib/system-words.ts';
import type { CheckCode } from '../../model/check-codes.ts';
import { limits } from '../../model/limits.ts';
import type { Fault } from './outcome.ts';

const codes: Record<string, CheckCode> = {
  ECONNREFUSED: 'tcp-refused',
  EHOSTUNREACH: 'tcp-unreachable',
  ENETUNREACH: 'tcp-unreachable',
  ENETDOWN: 'tcp-unreachable',
  EADDRNOTAVAIL: 'tcp-unreachable',
  EAFNOSUPPORT: 'tcp-unreachable',
  EINVAL: 'tcp-unreachable',
  EACCES: 'tcp-unreachable',
  EPERM: 'tcp-unreachable',
  ETIMEDOUT: 'tcp-timeout',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls-not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'tls-not-tls',
  ERR_SSL_UNEXPECTED_MESSAGE: 'tls-not-tls',
  ERR_SSL_HTTP_REQUEST: 'tls-not-tls',
};

/** What the node's own words leave open or say to programmers alone. */
const words: Record<string, string> = {
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  HPE_HEADER_OVERFLOW: `the answer’s headers are larger than ${limits.probeHeaderBytes / 1024} KiB`,
};

/** An error in words, its code or OpenSSL's reason behind them. */
const wordsOf = (system: string, error: { message?: unknown; reason?: unknown }): string => {
  const known = words[system];
  if (known !== undefined) return `${known} (${system})`;
  if (system.startsWith('HPE_')) return `what answers does not speak HTTP (${system})`;
  if (codeOf(system) === 'tls-not-tls') return `what answers does not speak TLS (${system})`;
  if (typeof error.reason === 'string') return `the TLS handshake ends with "${error.reason}"`;
  const said = codeWords(system);
  return said === system && typeof error.message === 'string' ? error.message : said;
};

const codeOf = (system: string): CheckCode => {
  const known = codes[system];
  if (known !== undefined) return known;
  if (system.startsWith('ERR_SSL_') || system.startsWith('ERR_OSSL_')) return 'tls-alert';
  return system.startsWith('HPE_') ? 'http-malformed' : 'connection-reset';
};

/** An error of a socket, of TLS or of the HTTP parser as a code; the system's own code is kept among the facts. */
export const socketFault = (error: unknown): Fault => {
  const { code, message, reason } = error as { code?: unknown; message?: unknown; reason?: unknown };
  const system = typeof code === 'string' ? code : 'UNKNOWN';
  return { code: codeOf(system), detail: wordsOf(system, { message, reason }).slice(0, 300), facts: { system } };
};

/** Why a wait ended early: the walk is over, or the step's own time is. */
export const abortFault = (outer: AbortSignal, code: CheckCode, what: string): Fault =>
  outer.aborted
    ? { code: 'cancelled', detail: `${what}: the walk ended before this was answered` }
    : { code, detail: `${what}: no answer in time` };

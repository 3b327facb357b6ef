import type { CheckCode } from '../../model/check-codes.ts';
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

const codeOf = (system: string): CheckCode => {
  const known = codes[system];
  if (known !== undefined) return known;
  if (system.startsWith('ERR_SSL_') || system.startsWith('ERR_OSSL_')) return 'tls-alert';
  return system.startsWith('HPE_') ? 'http-malformed' : 'connection-reset';
};

/** An error of a socket, of TLS or of the HTTP parser as a code; the system's own code is kept among the facts. */
export const socketFault = (error: unknown): Fault => {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const system = typeof code === 'string' ? code : 'UNKNOWN';
  // OpenSSL's messages carry a thread number and source lines.
  const words = typeof message === 'string' ? message.replace(/^[0-9A-F]+:error:[^:]*:|:\.\.\/.*$/gs, '') : system;
  return { code: codeOf(system), detail: words.trim().slice(0, 300), facts: { system } };
};

/** Why a wait ended early: the walk is over, or the step's own time is. */
export const abortFault = (outer: AbortSignal, code: CheckCode, what: string): Fault =>
  outer.aborted
    ? { code: 'cancelled', detail: `${what}: the walk ended before this was answered` }
    : { code, detail: `${what}: no answer in time` };

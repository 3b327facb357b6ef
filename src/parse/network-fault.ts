import { phraseFinder } from './phrases.ts';

/** What went wrong below HTTP, by the phrases of Go's net, crypto/tls and net/http packages (and libc's, for cgo). */
export type NetworkFault =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'reset'
  | 'no-such-host'
  | 'resolver'
  | 'unknown-authority'
  | 'wrong-name'
  | 'expired'
  | 'plain-http'
  | 'not-tls'
  | 'tls-refused';

/** A registry's error codes in lower case (OCI distribution specification, and Docker's registry). */
export const registryCodes = [
  'unauthorized',
  'denied',
  'toomanyrequests',
  ...['manifest', 'name', 'blob'].flatMap(what => [`${what} unknown`, `${what}_unknown`]),
  ...['manifest', 'name', 'tag'].flatMap(what => [`${what} invalid`, `${what}_invalid`]),
  ...['manifest unverified', 'manifest_unverified', 'unsupported', 'unavailable', 'unknown'],
];

/** Phrases in lower case, as they stand in the words of a masked text; the first fault with a phrase in the text is it. */
const phrases: [NetworkFault, string[]][] = [
  [
    'plain-http',
    [
      'server gave http response to https client',
      'client sent an http request to an https server',
      'http request was sent to https port',
      'malformed http response',
    ],
  ],
  ['not-tls', ['first record does not look like a tls handshake', 'oversized record received', 'wrong version number']],
  [
    'expired',
    [
      'expired or is not yet valid',
      'certificate has expired',
      'certificate is not yet valid',
      'certificate is expired',
    ],
  ],
  [
    'wrong-name',
    [
      'certificate is valid for',
      'not valid for any names',
      "doesn't contain any ip sans",
      'legacy common name field',
      'cannot validate certificate for',
      'certificate is not valid for',
      'hostname mismatch',
      'not authorized to sign for this name',
    ],
  ],
  [
    'unknown-authority',
    [
      'signed by unknown authority',
      'certificate is not trusted',
      'certificate is not standards compliant',
      'unable to get local issuer certificate',
      'unable to verify the first certificate',
      'self-signed certificate',
      'self signed certificate',
      'not trusted by the trust provider',
      'failed to load system roots',
      'x509: invalid signature',
      'unhandled critical extension',
      'insecure algorithm',
      'incompatible key usage',
      'x509: ',
    ],
  ],
  [
    'tls-refused',
    [
      'remote error: tls',
      'tls: handshake failure',
      'no supported versions',
      'unsupported protocol version',
      'protocol version not supported',
      'unsupported elliptic curve',
      'server selected unsupported',
      'tls: internal error',
      'tls: unexpected message',
      'tls: bad record mac',
      'tls: no renegotiation',
      'tls: invalid signature',
      'unrecognized name',
      'no cipher suite supported',
      'failed tls handshake',
      'sslv3 alert',
      'ssl routines',
    ],
  ],
  ['no-such-host', ['no such host', 'name or service not known', 'could not resolve host', 'nodename nor servname']],
  [
    'resolver',
    [
      'server misbehaving',
      'temporary failure in name resolution',
      'lame referral',
      'no answer from dns server',
      'cannot unmarshal dns message',
      'invalid dns response',
      'temporary error resolving',
    ],
  ],
  ['refused', ['connection refused', 'actively refused']],
  [
    'unreachable',
    [
      'no route to host',
      'network is unreachable',
      'host is unreachable',
      'unreachable network',
      'unreachable host',
      'network is down',
      'host is down',
      'cannot assign requested address',
      'no suitable address',
      'could not reach any registry endpoint',
    ],
  ],
  [
    'timeout',
    [
      'i/o timeout',
      'connection timed out',
      'operation timed out',
      'tls handshake timeout',
      'timeout awaiting response headers',
      'awaiting headers',
      'while waiting for connection',
      'client.timeout exceeded',
      'did not properly respond after a period of time',
      'network timed out',
      'timed out while trying to connect',
      'connection timeout',
      'while reading body',
    ],
  ],
  [
    'reset',
    [
      'connection reset by peer',
      'connection was reset',
      'forcibly closed',
      'forcibly reset',
      'unexpected eof',
      'broken pipe',
      'goaway',
      'stream error',
      'closed network connection',
      'server closed idle connection',
      'transport connection broken',
      'client connection lost',
      'failed to read expected number of bytes',
      'short read',
      'connection aborted',
      'software caused connection abort',
    ],
  ],
];

/** Hints of what else the words tell of, so that no expression looks for what is not there. */
type Hint = 'proxy' | 'lookup' | 'socket' | 'code' | 'eof';

const hints: Record<Hint, string[]> = {
  /** The request went to a proxy that could not be reached or refused. */
  proxy: [
    'proxyconnect',
    'socks connect',
    'proxy authentication required',
    'proxy error',
    'tunnel connection failed',
    'via proxy',
    'proxy server',
  ],
  lookup: ['lookup '],
  socket: ['dial tcp', 'dial udp', 'read tcp', 'read udp', 'write tcp', 'write udp'],
  /** A registry's error code, before its message or last. */
  code: registryCodes.flatMap(code => [`${code}:`, `: ${code}`]),
  /** The word is in others too. */
  eof: ['eof'],
};

const endOfFile = /(?:^|: )eof(?:$|[\s,\])])/;

const hintNames = Object.keys(hints) as Hint[];

/** Faults by their number, the first counts most; behind them the hints. */
const finder = phraseFinder<number>([
  ...phrases.flatMap(([, list], number) => list.map((phrase): [string, number] => [phrase, number])),
  ...hintNames.flatMap((hint, index) =>
    hints[hint].map((phrase): [string, number] => [phrase, phrases.length + index]),
  ),
]);

const bitOf = (hint: Hint): number => 1 << (phrases.length + hintNames.indexOf(hint));
const bits = {
  proxy: bitOf('proxy'),
  lookup: bitOf('lookup'),
  socket: bitOf('socket'),
  code: bitOf('code'),
  eof: bitOf('eof'),
};

/** A network fault, and what else the words tell of. */
export type FaultSigns = {
  fault: NetworkFault | null;
  proxy: boolean;
  lookup: boolean;
  socket: boolean;
  code: boolean;
};

/** The network fault that masked words name, null where they name none, and hints of what else they tell of. */
export const networkFault = (words: string): FaultSigns => {
  let found = 0;
  for (const number of finder.find(words)) found |= 1 << number;
  // The lowest bit that is set is the fault that counts most.
  const first = 31 - Math.clz32(found & -found);
  const fault = phrases[first]?.[0] ?? null;
  const isEnd = fault === null && (found & bits.eof) !== 0 && endOfFile.test(words);
  return {
    fault: isEnd ? 'reset' : fault,
    proxy: (found & bits.proxy) !== 0,
    lookup: (found & bits.lookup) !== 0,
    socket: (found & bits.socket) !== 0,
    code: (found & bits.code) !== 0,
  };
};

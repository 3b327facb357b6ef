import t from 'tap';
import { networkFault, type NetworkFault } from '../../src/parse/network-fault.ts';

t.test('names the fault of a text', t => {
  const cases: [string, NetworkFault | null][] = [
    ['connect: connection refused', 'refused'],
    ['no such host', 'no-such-host'],
    ['server misbehaving', 'resolver'],
    ['net/http: tls handshake timeout', 'timeout'],
    ['get ‹url›: eof', 'reset'],
    ['unexpected eof', 'reset'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'unknown-authority'],
    ['x509: certificate has expired or is not yet valid', 'expired'],
    ['x509: certificate is valid for a, not b', 'wrong-name'],
    ['x509: some new words', 'unknown-authority'],
    ['remote error: tls: bad certificate', 'tls-refused'],
    ['tls: first record does not look like a tls handshake', 'not-tls'],
    ['eofs are many', null],
    ['', null],
  ];
  for (const [words, fault] of cases) t.equal(networkFault(words).fault, fault, words);
  t.same(networkFault('proxyconnect tcp: connection refused'), {
    fault: 'refused',
    proxy: true,
    lookup: false,
    socket: false,
    code: false,
  });
  t.match(networkFault('dial tcp: lookup r.example: denied: no'), {
    fault: null,
    lookup: true,
    socket: true,
    code: true,
  });
  t.end();
});

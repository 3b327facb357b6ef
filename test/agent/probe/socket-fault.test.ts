import t from 'tap';
import { abortFault, socketFault } from '../../../src/agent/probe/socket-fault.ts';

t.test('the system’s codes become ours, and are kept', t => {
  const cases: [string, string][] = [
    ['ECONNREFUSED', 'tcp-refused'],
    ['EHOSTUNREACH', 'tcp-unreachable'],
    ['ETIMEDOUT', 'tcp-timeout'],
    ['ECONNRESET', 'connection-reset'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-not-tls'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-alert'],
    ['HPE_INVALID_CONSTANT', 'http-malformed'],
    ['HPE_HEADER_OVERFLOW', 'http-malformed'],
  ];
  for (const [system, code] of cases)
    t.match(socketFault(Object.assign(new Error('why'), { code: system })), { code, facts: { system } });
  t.match(socketFault('no error at all'), { code: 'connection-reset' });
  t.end();
});

t.test('what a program calls it is told in words, with the code behind them', t => {
  const cases: [object, string][] = [
    [{ code: 'HPE_INVALID_CONSTANT' }, 'what answers does not speak HTTP (HPE_INVALID_CONSTANT)'],
    [{ code: 'HPE_HEADER_OVERFLOW' }, 'the answer’s headers are larger than 16 KiB (HPE_HEADER_OVERFLOW)'],
    [
      { code: 'ERR_SSL_WRONG_VERSION_NUMBER', reason: 'x' },
      'what answers does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
    ],
    [
      { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', reason: 'tlsv1 alert protocol version' },
      'the TLS handshake ends with "tlsv1 alert protocol version"',
    ],
    [{ code: 'ECONNRESET' }, 'the connection was cut (ECONNRESET)'],
    [{ code: 'ENETDOWN' }, 'network is down (ENETDOWN)'],
    [{ code: 'ODD' }, 'Parse Error: as the program has it'],
  ];
  for (const [made, detail] of cases) {
    const error = Object.assign(new Error('Parse Error: as the program has it'), made);
    t.equal(socketFault(error).detail, detail);
  }
  t.end();
});

t.test('the end of the walk is no failure of the path', t => {
  t.equal(abortFault(AbortSignal.abort(), 'tcp-timeout', 'x').code, 'cancelled');
  t.equal(abortFault(new AbortController().signal, 'tcp-timeout', 'x').code, 'tcp-timeout');
  t.end();
});

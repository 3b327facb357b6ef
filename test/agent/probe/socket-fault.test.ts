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

t.test('the end of the walk is no failure of the path', t => {
  t.equal(abortFault(AbortSignal.abort(), 'tcp-timeout', 'x').code, 'cancelled');
  t.equal(abortFault(new AbortController().signal, 'tcp-timeout', 'x').code, 'tcp-timeout');
  t.end();
});

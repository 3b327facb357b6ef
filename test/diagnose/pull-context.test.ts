import t from 'tap';
import { readContext, speaksOfPull } from '../../src/diagnose/pull-context.ts';

t.test('a pull that failed is told from other failures and from pulls that went well', t => {
  const cases: [string, boolean][] = [
    ['failed to pull image ‹image›: eof', true],
    ['error response from daemon: manifest for ‹image› not found', true],
    ['x509: certificate signed by unknown authority', true],
    ['denied: no', true],
    ['pulling image ‹image›', false],
    ['successfully pulled image ‹image› in 2s', false],
    ['unable to connect to the server: x509: certificate signed by unknown authority', false],
    ['readiness probe failed: get ‹url›: http: server gave http response to https client', false],
    ['image garbage collection failed: no such image', false],
    ['dial unix ‹path›: connect: connection refused', false],
  ];
  for (const [words, wanted] of cases) {
    const context = readContext(words, false);
    t.equal(context.pull && context.failure, wanted, words);
    if (wanted) t.ok(speaksOfPull(words), 'what is a pull failure speaks of a pull');
  }
  t.equal(readContext('get ‹url›: eof', true).pull, true);
  t.match(readContext('image garbage collection failed: no such image', false), { pull: false, foreign: true });
  t.end();
});

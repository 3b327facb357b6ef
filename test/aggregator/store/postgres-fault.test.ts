import t from 'tap';
import { isCollision, isRefusal, postgresFault } from '../../../src/aggregator/store/postgres-fault.ts';
import { PullpathError } from '../../../src/model/error.ts';

const coded = (code: string, message = 'said by the server'): Error => Object.assign(new Error(message), { code });

t.test('faults of the server and of the way to it are the database’s, those of a statement the program’s', t => {
  const cases: [string, Error, boolean][] = [
    ['shut down by an administrator', coded('57P01'), true],
    ['starting', coded('57P03'), true],
    ['a statement that took too long', coded('57014'), true],
    ['a standby', coded('25006'), true],
    ['its disk is full', coded('53100'), true],
    ['too many connections', coded('53300'), true],
    ['a password that is not taken any more', coded('28P01'), true],
    ['a lock that did not come', coded('55P03'), true],
    ['damaged data', coded('XX001'), true],
    ['nobody listens', coded('ECONNREFUSED'), true],
    ['no such name', coded('ENOTFOUND'), true],
    ['a certificate of another', coded('ERR_TLS_CERT_ALTNAME_INVALID'), true],
    ['a connection that ended', new Error('Connection terminated unexpectedly'), true],
    ['no answer in time', new Error('Query read timeout'), true],
    ['several addresses', new AggregateError([coded('ECONNREFUSED')]), true],
    ['a wrong statement', coded('42601'), false],
    ['a key twice', coded('23505'), false],
    ['a text that cannot be', coded('22021'), false],
    ['a bug', new TypeError('x is not a function'), false],
  ];
  for (const [title, error, isOutage] of cases) {
    const fault = postgresFault(error);
    t.equal(fault instanceof PullpathError && fault.code === 'store-unavailable', isOutage, title);
    if (!isOutage) t.equal(fault, error, title);
  }
  t.match(postgresFault('text'), { message: 'text' });
  const known = new PullpathError('database-newer', 'x');
  t.equal(postgresFault(known), known);
  t.end();
});

t.test('what is tried again, and what never helps', t => {
  t.same(
    ['40001', '40P01', '57P01'].map(code => isCollision(coded(code))),
    [true, true, false],
  );
  t.same(
    ['28P01', '28000', '3D000', 'ECONNREFUSED'].map(code => isRefusal(coded(code))),
    [true, true, true, false],
  );
  t.end();
});

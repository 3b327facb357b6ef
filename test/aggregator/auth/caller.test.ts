import t from 'tap';
import { bearerOf, forgeryOf, refuse, type Caller } from '../../../src/aggregator/auth/caller.ts';

t.test('a bearer token is read as RFC 6750 writes it', t => {
  t.equal(bearerOf('Bearer abc'), 'abc');
  t.equal(bearerOf('bearer  abc '), 'abc');
  for (const other of [undefined, '', 'Bearer', 'Basic abc', 'Bearer a b', 'xBearer a']) t.equal(bearerOf(other), null);
  t.end();
});

t.test('an agent reports its own node, by name and uid', t => {
  const agent: Caller = { kind: 'agent', key: 'node a', node: 'node-a', uids: ['uid-a', 'machine-a'] };
  t.equal(forgeryOf(agent, { name: 'node-a', uid: 'uid-a' }), null);
  t.equal(forgeryOf(agent, { name: 'node-a', uid: 'machine-a' }), null);
  t.match(forgeryOf(agent, { name: 'node-b', uid: 'uid-a' }), /bound to node node-a.*of node node-b/);
  t.match(forgeryOf(agent, { name: 'node-a', uid: 'uid-b' }), /another uid/);
  for (const kind of ['anyone', 'token', 'reader'] as const)
    t.equal(forgeryOf({ kind, key: 'x' }, { name: 'node-b', uid: 'uid-b' }), null, 'nothing is known of the sender');
  t.end();
});

t.test('a refusal carries its code and sentence', t => {
  t.same(refuse('access-denied', 'no'), { ok: false, refusal: { code: 'access-denied', detail: 'no' } });
  t.end();
});

import t from 'tap';
import { openAuth, tokenAuth } from '../../../src/aggregator/auth/token.ts';

const first = 'first-token-0123456789';
const second = 'second-token-0123456789';
const asked = { address: '192.0.2.1', verb: 'read', path: '/v1/nodes' } as const;

t.test('any of several tokens opens, nothing else does', async t => {
  const authenticate = tokenAuth(() => [first, second]);
  const cases: [string | undefined, string][] = [
    [`Bearer ${first}`, 'in'],
    [`bearer ${second}`, 'in'],
    [`Bearer  ${second} `, 'in'],
    [undefined, 'token-missing'],
    ['', 'token-missing'],
    ['Bearer', 'token-missing'],
    ['Basic dXNlcjpwYXNz', 'token-missing'],
    [`Bearer ${first} ${second}`, 'token-missing'],
    [`Bearer ${first}x`, 'token-refused'],
    [`Bearer ${first.slice(0, -1)}`, 'token-refused'],
    ['Bearer x', 'token-refused'],
  ];
  for (const [authorization, expected] of cases) {
    const admission = await authenticate({ ...asked, authorization });
    t.equal(admission.ok ? 'in' : admission.refusal.code, expected, authorization ?? 'no header');
    t.notMatch(JSON.stringify(admission), /token-0123/, 'no token is told');
  }
});

t.test('a token that is taken away closes at once', async t => {
  let tokens = [first];
  const authenticate = tokenAuth(() => tokens);
  t.ok((await authenticate({ ...asked, authorization: `Bearer ${first}` })).ok);
  tokens = [second];
  t.notOk((await authenticate({ ...asked, authorization: `Bearer ${first}` })).ok);
});

t.test('without authentication everyone passes', async t => {
  t.match(await openAuth({ ...asked, authorization: undefined }), { ok: true, caller: { kind: 'anyone' } });
});

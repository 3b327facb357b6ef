import t from 'tap';
import { authenticator } from '../../../src/aggregator/auth/authenticate.ts';
import { limits } from '../../../src/model/limits.ts';
import { silentLog } from '../sample.ts';

const asked = { authorization: 'Bearer abc', address: '192.0.2.1', verb: 'read', path: '/' } as const;

t.test('each kind has its own check', async t => {
  const parts = { now: () => 0, log: silentLog };
  t.ok((await authenticator({ kind: 'none' }, parts)({ ...asked, authorization: undefined })).ok);
  t.ok((await authenticator({ kind: 'token', tokens: () => ['abc'] }, parts)(asked)).ok);
  t.notOk((await authenticator({ kind: 'token', tokens: () => ['other'] }, parts)(asked)).ok);
});

t.test('that the API server does not answer is logged now and then, not for each request', async t => {
  const said: unknown[] = [];
  const log = { ...silentLog, error: (facts: unknown) => said.push(facts) };
  const clock = { now: 0 };
  const unreachable = { kind: 'unreachable', code: 'ECONNREFUSED' } as const;
  const api = {
    get: () => Promise.resolve(unreachable),
    post: () => Promise.resolve(unreachable),
    close: () => Promise.resolve(),
  };
  const parts = { now: () => clock.now, log };
  const authenticate = authenticator({ kind: 'kubernetes', api, audience: 'x', agentAccount: 'a:b' }, parts);
  for (let count = 0; count < 5; count += 1)
    t.match(await authenticate(asked), { ok: false, refusal: { code: 'auth-unavailable', detail: /ECONNREFUSED/ } });
  t.equal(said.length, 1);
  clock.now += limits.complainMs;
  await authenticate(asked);
  t.equal(said.length, 2);
});

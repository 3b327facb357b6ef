import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { tokenOf } from '../house/token.ts';
import { connectFake } from './kubernetes/fake-api.ts';
import { sampleFull, sampleServer } from './sample.ts';

const audience = 'pullpath-aggregator';

const clusterOf = async (t: { teardown: (run: () => unknown) => void }) => {
  const { api, client } = await connectFake(t);
  const auth = { kind: 'kubernetes', api: client, audience, agentAccount: 'pullpath-system:pullpath-agent' } as const;
  const server = sampleServer(t, { auth });
  api.now = () => server.clock.now;
  const agent = (node: string): string => {
    const token = tokenOf({ exp: server.clock.now / 1000 + 3600, aud: [audience] }, node);
    const extra = {
      'authentication.kubernetes.io/node-name': [node],
      'authentication.kubernetes.io/node-uid': [`uid-${node}`],
    };
    const user = { username: 'system:serviceaccount:pullpath-system:pullpath-agent', extra };
    api.tokens.set(token, { user, audiences: [audience] });
    return token;
  };
  const post = async (token: string | null, name: string, uid: string, seq = 1) => {
    const response = await server.app.inject({
      method: 'POST',
      url: '/v1/reports',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      payload: JSON.stringify(sampleFull({ name, uid, seq })),
    });
    return {
      status: response.statusCode,
      code: response.json<{ code?: string }>().code,
      headers: response.headers,
    };
  };
  return { api, agent, post, ...server };
};

t.test('an agent writes as its own node and as no other', async t => {
  const { agent, post, store, clock } = await clusterOf(t);
  const [a, b] = [agent('node-a'), agent('node-b')];
  t.match(await post(a, 'node-a', 'uid-node-a'), { status: 202 });
  t.match(await post(a, 'node-b', 'uid-node-b'), { status: 403, code: 'node-mismatch' }, 'the token of a posting as b');
  t.match(await post(a, 'node-b', 'uid-node-a'), { status: 403, code: 'node-mismatch' });
  t.match(await post(a, 'node-a', 'uid-node-b'), { status: 403, code: 'node-mismatch' }, 'b’s row by its uid');
  const at = { now: clock.now, staleAfterMs: 120_000 };
  t.equal(await store.node('node-b', at), null, 'nothing of it is stored');
  t.match(await post(b, 'node-b', 'uid-node-b'), { status: 202 });
});

t.test('who is not let in is told why, and by which header to come', async t => {
  const { agent, post, api, app } = await clusterOf(t);
  t.match(await post(null, 'node-a', 'uid-node-a'), {
    ...{ status: 401, code: 'token-missing' },
    headers: { 'www-authenticate': 'Bearer' },
  });
  t.match(await post('abc.def.ghi', 'node-a', 'uid-node-a'), { status: 401, code: 'token-refused' });
  const token = agent('node-a');
  const read = await app.inject({ url: '/v1/nodes', headers: { authorization: `Bearer ${token}` } });
  t.equal(read.statusCode, 403, 'an agent reads nothing unless the cluster’s authorizers let it');
  await api.stop();
  t.match(await post(agent('node-b'), 'node-b', 'uid-node-b'), {
    ...{ status: 503, code: 'auth-unavailable' },
    headers: { 'retry-after': '5' },
  });
  t.equal((await app.inject({ url: '/healthz' })).statusCode, 200, 'health is open to probes');
});

t.test('one client that asks too often is held up, and no other', async t => {
  const { agent, post, clock } = await clusterOf(t);
  const [a, b] = [agent('node-a'), agent('node-b')];
  let refused = 0;
  for (let seq = 1; seq <= limits.reportRate.burst + 5; seq += 1)
    if ((await post(a, 'node-a', 'uid-node-a', seq)).status === 429) refused += 1;
  t.equal(refused, 5);
  t.match(await post(a, 'node-a', 'uid-node-a', 500), { code: 'too-many-requests', headers: { 'retry-after': '1' } });
  t.match(await post(b, 'node-b', 'uid-node-b'), { status: 202 });
  clock.now += 1000;
  t.match(await post(a, 'node-a', 'uid-node-a', 501), { status: 202 });
});

t.test('a flood of bad tokens from one address ends before the API server hears of it', async t => {
  const { post, api } = await clusterOf(t);
  for (let count = 0; count < limits.refusedRate.burst + 20; count += 1)
    await post(`${count}.def.ghi`, 'node-a', 'uid-node-a');
  t.equal(api.calls.length, limits.refusedRate.burst);
});

t.test('nodes that share a token are counted each by itself', async t => {
  const token = '0123456789abcdef';
  const { app } = sampleServer(t, { auth: { kind: 'token', tokens: () => [token] } });
  const post = async (uid: string, seq: number): Promise<number> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const payload = JSON.stringify(sampleFull({ name: uid, uid, seq }));
    return (await app.inject({ method: 'POST', url: '/v1/reports', headers, payload })).statusCode;
  };
  for (let seq = 1; seq <= limits.reportRate.burst; seq += 1) t.equal(await post('a', seq), 202);
  t.equal(await post('a', 500), 429);
  t.equal(await post('b', 1), 202);
});

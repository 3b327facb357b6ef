import t from 'tap';
import type { Admission, Asked } from '../../../src/aggregator/auth/caller.ts';
import { kubernetesAuth } from '../../../src/aggregator/auth/kubernetes.ts';
import { limits } from '../../../src/model/limits.ts';
import { tokenOf } from '../../house/token.ts';
import { connectFake, type FakeApi } from '../kubernetes/fake-api.ts';

const audience = 'pullpath-aggregator';
const apiAudience = 'https://kubernetes.default.svc';
const agentUser = 'system:serviceaccount:pullpath-system:pullpath-agent';

const extraOf = (node: string): Record<string, string[]> => ({
  'authentication.kubernetes.io/node-name': [node],
  'authentication.kubernetes.io/node-uid': [`uid-of-${node}`],
  'authentication.kubernetes.io/pod-name': [`agent-on-${node}`],
  'authentication.kubernetes.io/pod-uid': [`pod-uid-on-${node}`],
});

type Setup = {
  api: FakeApi;
  clock: { now: number };
  ask: (given: Partial<Asked> & { token?: string }) => Promise<Admission>;
  why: string[];
};

const setUp = async (t: { teardown: (run: () => unknown) => void }): Promise<Setup> => {
  const clock = { now: 1_700_000_000_000 };
  const why: string[] = [];
  const { api, client } = await connectFake(t, {}, () => clock.now);
  const options = { api: client, audience, agentAccount: 'pullpath-system:pullpath-agent', now: () => clock.now };
  const authenticate = kubernetesAuth({ ...options, onUnavailable: said => why.push(said) });
  const ask: Setup['ask'] = ({ token: given, ...rest }) =>
    authenticate({
      ...{ address: '192.0.2.1', verb: 'report', path: '/v1/reports' },
      authorization: given === undefined ? undefined : `Bearer ${given}`,
      ...rest,
    });
  return { api, clock, ask, why };
};

const codeOf = (admission: Admission): string => (admission.ok ? admission.caller.kind : admission.refusal.code);

t.test('an agent is the node that its token is bound to', async t => {
  const { api, clock, ask } = await setUp(t);
  const exp = clock.now / 1000 + 3600;
  const mine = tokenOf({ exp, aud: [audience] }, 'a');
  api.tokens.set(mine, {
    user: { username: agentUser, uid: 'u', groups: [], extra: extraOf('node-a') },
    audiences: [audience],
  });
  const admission = await ask({ token: mine });
  t.same(admission, {
    ok: true,
    caller: { kind: 'agent', key: 'node node-a', node: 'node-a', uids: ['uid-of-node-a'] },
  });
  await Promise.all([ask({ token: mine }), ask({ token: mine })]);
  t.equal(api.calls.length, 1, 'asked once');
  await api.stop();
  t.ok((await ask({ token: mine })).ok, 'while the API server is away, who was let in stays in');
  clock.now += 3_600_000;
  t.equal(codeOf(await ask({ token: mine })), 'auth-unavailable', 'but not beyond the token’s end');
});

t.test('other tokens are refused, each with its reason', async t => {
  const { api, clock, ask } = await setUp(t);
  const exp = clock.now / 1000 + 3600;
  const add = (
    name: string,
    claims: Record<string, unknown>,
    known: { user: Record<string, unknown>; audiences: string[]; cached?: boolean },
  ): string => {
    const made = tokenOf(claims, name);
    api.tokens.set(made, known);
    return made;
  };
  const agent = { username: agentUser, extra: extraOf('node-a') };
  const cases: [string, string | undefined, string][] = [
    ['none', undefined, 'token-missing'],
    ['garbage', 'abc.def.ghi', 'token-refused'],
    ['too long', 'x'.repeat(limits.tokenChars + 1), 'token-refused'],
    [
      'for the API server',
      add('b', { exp, aud: [apiAudience] }, { user: agent, audiences: [apiAudience] }),
      'token-refused',
    ],
    ['for another', add('c', { exp, aud: ['other'] }, { user: agent, audiences: ['other'] }), 'token-refused'],
    [
      'expired, though the API server still says yes',
      add('d', { exp: clock.now / 1000 - 1, aud: [audience] }, { user: agent, audiences: [audience], cached: true }),
      'token-refused',
    ],
    [
      'expired',
      add('i', { exp: clock.now / 1000 - 1, aud: [audience] }, { user: agent, audiences: [audience] }),
      'token-refused',
    ],
    [
      'of another service account',
      add(
        'e',
        { exp, aud: [audience] },
        { user: { ...agent, username: 'system:serviceaccount:default:default' }, audiences: [audience] },
      ),
      'access-denied',
    ],
    [
      'of an account of the same name elsewhere',
      add(
        'f',
        { exp, aud: [audience] },
        { user: { ...agent, username: 'system:serviceaccount:evil:pullpath-agent' }, audiences: [audience] },
      ),
      'access-denied',
    ],
    [
      'bound to no pod',
      add('g', { exp, aud: [audience] }, { user: { username: agentUser }, audiences: [audience] }),
      'access-denied',
    ],
    [
      'bound to a name that is a path',
      add(
        'h',
        { exp, aud: [audience] },
        {
          user: {
            username: agentUser,
            extra: { 'authentication.kubernetes.io/pod-name': ['../x'], 'authentication.kubernetes.io/pod-uid': ['u'] },
          },
          audiences: [audience],
        },
      ),
      'access-denied',
    ],
  ];
  for (const [what, given, expected] of cases) {
    const admission = await ask(given === undefined ? {} : { token: given });
    t.equal(codeOf(admission), expected, what);
    if (!admission.ok && given !== undefined) t.notOk(admission.refusal.detail.includes(given), 'no token is told');
  }
});

t.test('a token of before 1.30 is bound to the node of its pod, as long as it is that very pod', async t => {
  const { api, clock, ask } = await setUp(t);
  const exp = clock.now / 1000 + 3600;
  const extra = {
    'authentication.kubernetes.io/pod-name': ['agent-1'],
    'authentication.kubernetes.io/pod-uid': ['pod-1'],
  };
  const mine = tokenOf({ exp, aud: [audience] }, 'a');
  api.tokens.set(mine, { user: { username: agentUser, extra }, audiences: [audience] });
  const pod = 'pods/pullpath-system/agent-1';
  t.equal(codeOf(await ask({ token: mine })), 'access-denied', 'the pod is gone');
  clock.now += limits.authKeptMs;
  const again = tokenOf({ exp: exp + 7200, aud: [audience] }, 'b');
  api.tokens.set(again, { user: { username: agentUser, extra }, audiences: [audience] });
  api.objects.set(pod, { metadata: { uid: 'pod-1' }, spec: { nodeName: 'node-a' } });
  api.objects.set('nodes/node-a', { metadata: { uid: 'uid-a' }, status: { nodeInfo: { machineID: '0123abcd' } } });
  t.match(await ask({ token: again }), { ok: true, caller: { node: 'node-a', uids: ['uid-a', '0123abcd'] } });
  const other = tokenOf({ exp: exp + 7200, aud: [audience] }, 'c');
  api.tokens.set(other, {
    user: { username: agentUser, extra: { ...extra, 'authentication.kubernetes.io/pod-uid': ['pod-0'] } },
    audiences: [audience],
  });
  t.equal(codeOf(await ask({ token: other })), 'access-denied', 'another pod has its name now');
});

t.test('a reader may read what the cluster’s authorizers let him', async t => {
  const { api, clock, ask } = await setUp(t);
  const person = tokenOf({ exp: clock.now / 1000 + 3600, aud: [apiAudience] }, 'p');
  api.tokens.set(person, { user: { username: 'on-call', groups: ['sre'] }, audiences: [apiAudience] });
  api.mayRead = (user, path) => user === 'on-call' && path.startsWith('/v1/nodes');
  t.match(await ask({ token: person, verb: 'read', path: '/v1/nodes' }), { ok: true, caller: { kind: 'reader' } });
  const denied = await ask({ token: person, verb: 'read', path: '/v1/findings' });
  t.match(denied, { ok: false, refusal: { code: 'access-denied', detail: /on-call may not get \/v1\/findings/ } });
  t.equal(codeOf(await ask({ token: person })), 'token-refused', 'and he may not send reports');
  api.mayRead = () => false;
  t.ok((await ask({ token: person, verb: 'read', path: '/v1/nodes' })).ok, 'kept for a while');
  clock.now += limits.accessKeptMs;
  t.equal(codeOf(await ask({ token: person, verb: 'read', path: '/v1/nodes' })), 'access-denied');
});

t.test('an API server that cannot be asked refuses nobody for good', async t => {
  const { api, clock, ask, why } = await setUp(t);
  const mine = tokenOf({ exp: clock.now / 1000 + 3600, aud: [audience] }, 'a');
  api.tokens.set(mine, { user: { username: agentUser, extra: extraOf('node-a') }, audiences: [audience] });
  api.callers.set('aggregator-account', new Set());
  t.equal(codeOf(await ask({ token: mine })), 'auth-unavailable');
  t.match(why, [/system:auth-delegator/]);
  api.callers.clear();
  t.equal(codeOf(await ask({ token: mine })), 'auth-unavailable', 'its own token is not valid any more');
  api.callers.set('aggregator-account', new Set(['*']));
  t.ok((await ask({ token: mine })).ok, 'at once when it can be asked again');
});

t.test('a flood of one bad token reaches the API server once in a while', async t => {
  const { api, clock, ask } = await setUp(t);
  for (let count = 0; count < 20; count += 1) await ask({ token: 'abc.def.ghi' });
  t.equal(api.calls.length, 1);
  clock.now += limits.authRefusedMs;
  await ask({ token: 'abc.def.ghi' });
  t.equal(api.calls.length, 2);
});

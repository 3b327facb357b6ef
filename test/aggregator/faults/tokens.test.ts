import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { request } from 'undici';
import { tokenOf } from '../../house/token.ts';
import { until } from '../../house/until.ts';
import { createAuthority } from '../../lab/tls.ts';
import { openWay } from '../../lab/way.ts';
import { startFakeApi } from '../kubernetes/fake-api.ts';
import { startProgram } from '../program.ts';
import { sampleFinding, sampleFull, temporaryDirectory } from '../sample.ts';

t.setTimeout(290_000);

const audience = 'pullpath-aggregator';
const agents = 'system:serviceaccount:pullpath-system:pullpath-agent';
const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;

type Answer = { status: number; code: string | undefined; header: (name: string) => string | undefined };

/** The program with `--auth kubernetes`, and the strict stand-in for an API server behind TLS and a way that can break. */
const setUp = async (t: { teardown: (run: () => unknown) => void }) => {
  const dir = temporaryDirectory(t);
  const authority = await createAuthority(join(dir, 'ca'), 'cluster');
  const api = await startFakeApi({}, await authority.issue('api.example', { altNames: ['127.0.0.1'] }));
  const way = await openWay(Number(api.url.port));
  t.teardown(async () => {
    await way.close();
    await api.stop();
  });
  const cluster = { server: `https://127.0.0.1:${way.port}`, 'certificate-authority': authority.file };
  const kubeconfig = join(dir, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ 'current-context': 'it', contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }] },
      ...{ clusters: [{ name: 'it', cluster }], users: [{ name: 'it', user: { token: 'aggregator-account' } }] },
    }),
  );
  const options = ['--listen=127.0.0.1:0', '--auth=kubernetes', `--kubeconfig=${kubeconfig}`];
  const { child, port } = await startProgram([...options, `--data-dir=${join(dir, 'data')}`]);
  t.teardown(() => child.kill('SIGKILL'));

  let made = 0;
  const issue = (exp: number, aud: string, user: Record<string, unknown>): string => {
    const token = tokenOf({ exp, aud: [aud] }, `key-${(made += 1)}`);
    api.tokens.set(token, { user, audiences: [aud] });
    return token;
  };
  const agent = (node: string, { exp = inAnHour(), aud = audience, username = agents } = {}): string => {
    const claim = 'authentication.kubernetes.io';
    const extra = { [`${claim}/node-name`]: [node], [`${claim}/node-uid`]: [`uid-of-${node}`] };
    return issue(exp, aud, { username, extra });
  };
  const person = (username: string): string => issue(inAnHour(), 'https://kubernetes.default.svc', { username });
  const send = async (method: 'GET' | 'POST', path: string, authorization: string | null, body?: unknown) => {
    const reply = await request(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...{ headersTimeout: 60_000, reset: true },
    });
    const value = (await reply.body.json()) as { code?: string };
    const header = (name: string): string | undefined => reply.headers[name]?.toString();
    return { status: reply.statusCode, code: value.code, header, value };
  };
  let seq = 0;
  const post = (authorization: string | null, name: string, uid = `uid-of-${name}`): Promise<Answer> =>
    send(
      'POST',
      '/v1/reports',
      authorization,
      sampleFull({ name, uid, seq: (seq += 1) }, { findings: [sampleFinding()] }),
    );
  return { api, way, agent, person, post, send };
};

const bearer = (token: string): string => `Bearer ${token}`;

t.test('tokens absent, of no use, expired, for others: each its status, and nothing of it is stored', async t => {
  const { api, agent, person, post, send } = await setUp(t);
  const soon = Math.floor(Date.now() / 1000) + 4;
  const [mine, passing] = [agent('node-a'), agent('node-p', { exp: soon })];
  const old = agent('node-b', { exp: Math.floor(Date.now() / 1000) - 1 });
  const cases: [string, string | null, string, [number, string]][] = [
    ['none', null, 'node-b', [401, 'token-missing']],
    ['empty', 'Bearer ', 'node-b', [401, 'token-missing']],
    ['of another kind', 'Basic dXNlcjpwYXNz', 'node-b', [401, 'token-missing']],
    ['with a blank inside', 'Bearer a b', 'node-b', [401, 'token-missing']],
    ['garbage', bearer('abc.def.ghi'), 'node-b', [401, 'token-refused']],
    ['claims that are no JSON', bearer('e30.!!!.x'), 'node-b', [401, 'token-refused']],
    ['expired', bearer(old), 'node-b', [401, 'token-refused']],
    ['for another audience', bearer(agent('node-b', { aud: 'vault' })), 'node-b', [401, 'token-refused']],
    ['of a person', bearer(person('mallory')), 'node-b', [401, 'token-refused']],
    [
      'of another service account',
      bearer(agent('node-b', { username: 'system:serviceaccount:pullpath-system:default' })),
      'node-b',
      [403, 'access-denied'],
    ],
    ['of node-a for node-b', bearer(mine), 'node-b', [403, 'node-mismatch']],
    ['of node-a for NODE-A', bearer(mine), 'NODE-A', [403, 'node-mismatch']],
  ];
  for (const [title, authorization, node, [status, code]] of cases) {
    const answer = await post(authorization, node);
    t.match(answer, { status, code }, title);
    t.equal(answer.header('www-authenticate'), status === 401 ? 'Bearer' : undefined, title);
  }
  t.match(await post(bearer(mine), 'node-a', 'uid-of-node-b'), { status: 403, code: 'node-mismatch' }, 'b’s uid');
  t.match(await post(bearer(mine), 'node-b', 'uid-of-node-a'), { status: 403, code: 'node-mismatch' }, 'b’s name');
  t.match(await post(bearer(mine), 'node-a'), { status: 202 });
  t.match(await post(bearer(passing), 'node-p'), { status: 202 }, 'as long as it holds');
  await until('its end', async () => (await post(bearer(passing), 'node-p')).status !== 202, { every: 250 });
  t.match(await post(bearer(passing), 'node-p'), { status: 401, code: 'token-refused' });

  const reader = person('on-call');
  api.mayRead = (user, path, verb) => user === 'on-call' && path.startsWith('/v1/') && verb === 'get';
  const nodes = await send('GET', '/v1/nodes', bearer(reader));
  t.match(nodes.value, { items: [{ name: 'node-a' }, { name: 'node-p' }], next: null });
  const pull = { image: 'reg.example/team/api:1' };
  t.match(await send('POST', '/v1/retries', bearer(reader), pull), { status: 403, code: 'access-denied' });
  const other = person('retrier');
  api.mayRead = (user, path, verb) => user === 'retrier' && path === '/v1/retries' && verb === 'create';
  t.match(await send('POST', '/v1/retries', bearer(other), pull), { status: 202 });
  t.match(
    await send('GET', '/v1/nodes', bearer(mine)),
    { status: 403, code: 'access-denied' },
    'an agent reads nothing',
  );
});

t.test(
  'an API server down, silent or unwell: who is known goes on, others are told when to come, and none is lost',
  async t => {
    const { api, way, agent, post } = await setUp(t);
    const known = bearer(agent('node-a'));
    t.match(await post(known, 'node-a'), { status: 202 });
    const breaks: [string, () => void][] = [
      ['down', way.reset],
      ['silent', way.silence],
      ['unwell', () => (way.open(Number(api.url.port)), (api.unwell = 500))],
      ['overloaded', () => (api.unwell = 429)],
    ];
    for (const [title, breakIt] of breaks) {
      breakIt();
      const fresh = bearer(agent(`node-${title}`));
      const refused = post(fresh, `node-${title}`);
      t.match(await post(known, 'node-a'), { status: 202 }, `${title}: who is known`);
      const answer = await refused;
      t.match(answer, { status: 503, code: 'auth-unavailable' }, title);
      t.ok(Number(answer.header('retry-after')) > 0, title);
      api.unwell = null;
      way.open(Number(api.url.port));
      t.match(await post(fresh, `node-${title}`), { status: 202 }, `${title}: well again by itself, at once`);
    }
  },
);

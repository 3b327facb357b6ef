import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { Credential } from '../../../src/agent/credentials/credential.ts';
import { showCredentials } from '../../../src/agent/probe/authorize.ts';
import { probeRegistryManifest } from '../../../src/agent/probe/registry-manifest.ts';
import { probeRegistryPing } from '../../../src/agent/probe/registry-ping.ts';
import { probeRegistryToken } from '../../../src/agent/probe/registry-token.ts';
import type { Check } from '../../../src/model/check.ts';
import { authority, calm, http, https, session } from './stand.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(170_000);

type Owner = Pick<typeof t, 'teardown' | 'notMatch'>;
const source = '/var/lib/kubelet/config.json';
const me = new Credential({ source, owner: 'kubelet' }, 'me', 'sentinel-pass');
const other = new Credential({ source, owner: 'kubelet' }, 'other', 'sentinel-other');
const refresh = new Credential({ source: '/etc/containerd/config.toml', owner: 'runtime' }, '', 'sentinel-refresh');
const of = (...tries: Credential[]) => ({ tries, withheld: [], faults: [] });
const basic = me.basic();

type Asked = { method: string; url: string; authorization: string | undefined; form: Record<string, string> };
type Answer = (asked: Asked) => { status: number; body?: string };

/** A registry whose token service answers as it is told; gives what the service was asked. */
const stand = async (t: Owner, given: { tries: Credential[]; token: Answer; opens?: string; image?: string }) => {
  const asked: Asked[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const { authorization } = headers;
    if (url.startsWith('/token')) {
      const form = Object.fromEntries(new URLSearchParams(await text(request)));
      const one = { method, url, authorization, form };
      asked.push(one);
      const { status, body } = given.token(one);
      response.writeHead(status).end(body);
      return;
    }
    const realm = `http://reg.test:${port}/token`;
    const open = authorization === `Bearer ${given.opens ?? 'good'}`;
    response
      .writeHead(open ? 200 : 401, open ? {} : { 'www-authenticate': `Bearer realm="${realm}",service="lab"` })
      .end();
  };
  const port = await http(t, (request, response) => void serve(request, response));
  const image = given.image ?? 'reg.test:1/team/app:v1';
  const made = await session(t, { url: `http://reg.test:${port}/v2`, image, credentials: of(...given.tries) });
  const checks: Check[] = [await probeRegistryPing(made, calm)];
  checks.push(await probeRegistryToken(made, calm));
  const [, token] = checks;
  if (token?.outcome === 'pass') checks.push(await probeRegistryManifest(made, calm));
  t.notMatch(JSON.stringify(checks), /sentinel|bWU6/);
  return { made, asked, checks };
};
t.test('a user and password are posted as containerd posts them, and the token opens the manifest', async t => {
  const token: Answer = () => ({ status: 200, body: '{"access_token":"good"}' });
  const { asked, checks } = await stand(t, { tries: [me], token });
  t.match(checks[1], { outcome: 'pass', facts: { credentials: source } });
  t.match(checks[2], { outcome: 'pass' });
  const form = { client_id: 'containerd-client', grant_type: 'password', username: 'me', password: 'sentinel-pass' };
  const scope = 'repository:team/app:pull';
  t.same(asked, [
    { method: 'POST', url: '/token', authorization: undefined, form: { ...form, service: 'lab', scope } },
  ]);
});

t.test('an identity token is a refresh token', async t => {
  const token: Answer = () => ({ status: 200, body: '{"access_token":"good"}' });
  const { asked, checks } = await stand(t, { tries: [refresh], token });
  t.match(checks[2], { outcome: 'pass' });
  t.match(asked[0]?.form, { grant_type: 'refresh_token', refresh_token: 'sentinel-refresh', username: undefined });
});

t.test('a service that takes no POST is asked by GET with the same', async t => {
  for (const status of [400, 401, 404, 405]) {
    const token: Answer = ({ method }) => (method === 'POST' ? { status } : { status: 200, body: '{"token":"good"}' });
    const { asked, checks } = await stand(t, { tries: [me], token });
    t.match(checks[2], { outcome: 'pass' }, `${status}`);
    t.match(asked[1], { method: 'GET', url: /scope=repository%3Ateam%2Fapp%3Apull&service=lab/, authorization: basic });
  }
});

t.test('one that refuses is followed by the next, and all that are refused are named by their file', async t => {
  const token: Answer = ({ form }) =>
    form['username'] === 'other' ? { status: 200, body: '{"access_token":"good"}' } : { status: 403 };
  const { checks } = await stand(t, { tries: [me, other], token });
  t.match(checks[1], { outcome: 'pass' });
  const refused = await stand(t, { tries: [me], token });
  t.match(refused.checks[1], { outcome: 'fail', code: 'credentials-refused', facts: { credentials: source } });
  t.match(refused.checks[1]?.detail, /team\/app/);
});

t.test('a token that does not open the image is followed by the next credentials, as the kubelet goes on', async t => {
  const token: Answer = ({ form }) => ({
    status: 200,
    body: JSON.stringify({ access_token: form['username'] === 'other' ? 'good' : 'bad' }),
  });
  t.match((await stand(t, { tries: [me, other], token })).checks[2], { outcome: 'pass' });
  const { checks } = await stand(t, { tries: [me], token });
  t.match(checks[2], { outcome: 'fail', code: 'credentials-refused' });
});

t.test('what is no refusal is told as it is', async t => {
  for (const [status, body, code] of [
    [429, '', 'rate-limited'],
    [500, '', 'registry-error'],
    [200, '{}', 'token-malformed'],
    [200, '{"token":"only by GET"}', 'token-malformed'],
  ] as const)
    t.match((await stand(t, { tries: [me], token: () => ({ status, body }) })).checks[1], { outcome: 'fail', code });
});

t.test('a registry that asks for a user and password gets them, over HTTPS', async t => {
  const ca = await authority(t);
  const seen: (string | undefined)[] = [];
  const port = await https(t, { ca }, ({ headers }, response) => {
    seen.push(headers.authorization);
    const open = headers.authorization === basic;
    response.writeHead(open ? 200 : 401, open ? {} : { 'www-authenticate': 'Basic realm="lab"' }).end();
  });
  const given = { url: `https://reg.test:${port}/v2`, image: 'reg.test:1/app:v1', ca };
  const made = await session(t, { ...given, credentials: of(other, me) });
  await probeRegistryPing(made, calm);
  t.match(await probeRegistryToken(made, calm), { outcome: 'pass', facts: { credentials: source } });
  t.match(await probeRegistryManifest(made, calm), { outcome: 'pass' });
  t.same(seen, [undefined, other.basic(), basic, basic]);
  const bad = await session(t, { ...given, credentials: of(other) });
  await probeRegistryPing(bad, calm);
  t.match(await probeRegistryToken(bad, calm), { outcome: 'fail', code: 'credentials-refused' });
});

t.test('credentials go to no token service over plain HTTP from a registry over HTTPS', async t => {
  const ca = await authority(t);
  let asked = '';
  const service = await http(t, (request, response) => {
    asked += `${request.method} ${request.headers.authorization ?? ''}`;
    response.writeHead(401).end();
  });
  const realm = `http://cdn.test:${service}/token`;
  const port = await https(t, { ca }, (_request, response) =>
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end(),
  );
  const given = { url: `https://reg.test:${port}/v2`, image: 'reg.test:1/app:v1', ca, credentials: of(me) };
  const made = await session(t, given);
  await probeRegistryPing(made, calm);
  const check = await probeRegistryToken(made, calm);
  t.match(check, { outcome: 'skip', code: 'credentials-withheld', detail: /plain HTTP/ });
  t.equal(asked, 'GET ', 'it is asked as anybody');
});

t.test('credentials go to nobody whose certificate containerd is told not to verify', async t => {
  const ca = await authority(t);
  const seen: (string | undefined)[] = [];
  const port = await https(t, { ca }, ({ headers }, response) => {
    seen.push(headers.authorization, headers['x-token'] as string | undefined);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="lab"' }).end();
  });
  const url = `https://reg.test:${port}/v2`;
  const made = await session(t, { url, host: { skipVerify: true }, image: 'reg.test:1/app:v1', credentials: of(me) });
  await probeRegistryPing(made, calm);
  const challenge = { scheme: 'basic', params: {} };
  t.equal(await showCredentials(challenge, made, calm), null);
  t.match(await probeRegistryManifest(made, calm), { outcome: 'skip', code: 'credentials-withheld' });
  t.ok(seen.every(value => value === undefined));
});

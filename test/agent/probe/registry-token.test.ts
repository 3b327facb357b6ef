import t from 'tap';
import { probeRegistryPing } from '../../../src/agent/probe/registry-ping.ts';
import { probeRegistryToken } from '../../../src/agent/probe/registry-token.ts';
import { calm, http, session } from './stand.ts';

const stand = async (t: Parameters<typeof http>[0], status: number, body: string) => {
  const asked: string[] = [];
  const port = await http(t, (request, response) => {
    if (request.url?.startsWith('/token') === true) {
      asked.push(request.url);
      response.writeHead(status).end(body);
      return;
    }
    const realm = `http://reg.test:${port}/token`;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="lab"` }).end();
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2`, image: 'reg.test:1/team/app:v1' });
  await probeRegistryPing(made, calm);
  return { made, asked };
};

t.test('a token is asked for with containerd’s scope, kept for the manifest, and shown nowhere', async t => {
  const { made, asked } = await stand(t, 200, '{"token":"secret-token"}');
  const check = await probeRegistryToken(made, calm);
  t.match(check, { outcome: 'pass' });
  t.equal(made.authorization, 'Bearer secret-token');
  t.notMatch(JSON.stringify(check), /secret-token/);
  t.same(asked, ['/token?scope=repository%3Ateam%2Fapp%3Apull&service=lab']);
});

t.test('a refusal, an error and an answer without a token are told apart', async t => {
  for (const [status, body, code] of [
    [401, '', 'token-refused'],
    [403, '', 'token-refused'],
    [200, '{"token":""}', 'token-malformed'],
    [200, '<html>', 'token-malformed'],
    [200, '{"token":"a\\nb"}', 'token-malformed'],
    [500, '', 'registry-error'],
    [429, '', 'rate-limited'],
  ] as const) {
    const { made } = await stand(t, status, body);
    t.match(await probeRegistryToken(made, calm), { outcome: 'fail', code }, `${status} ${body}`);
  }
});

t.test('no challenge and Basic need no token; a realm that is no address cannot be one', async t => {
  const made = await session(t, { url: 'http://reg.test:1/v2' });
  t.match(await probeRegistryToken(made, calm), { outcome: 'skip', code: 'not-needed' });
  made.challenge = { scheme: 'basic', params: {} };
  t.match(await probeRegistryToken(made, calm), { outcome: 'skip', code: 'not-needed' });
  for (const realm of ['', 'ftp://reg.test/', 'file:///etc/passwd', 'https://user@reg.test/']) {
    made.challenge = { scheme: 'bearer', params: { realm } };
    t.match(await probeRegistryToken(made, calm), { outcome: 'fail', code: 'realm-invalid' }, realm);
  }
});

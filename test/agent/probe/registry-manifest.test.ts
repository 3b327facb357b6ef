import t from 'tap';
import { probeRegistryManifest } from '../../../src/agent/probe/registry-manifest.ts';
import { calm, http, session } from './stand.ts';

type Answers = Record<string, [number, Record<string, string>, string]>;

const probe = async (t: Parameters<typeof http>[0], answers: Answers) => {
  const port = await http(t, (request, response) => {
    const [status, headers, body] = answers[`${request.method} ${request.url}`] ?? [404, {}, ''];
    response.writeHead(status, headers).end(body);
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2`, image: `reg.test:${port}/app:lattest` });
  return probeRegistryManifest(made, calm);
};

const head = 'HEAD /v2/app/manifests/lattest';
const tags = 'GET /v2/app/tags/list';
const unknown = '{"errors":[{"code":"NAME_UNKNOWN"}]}';

t.test('a missing tag, a missing repository and what cannot be told apart', async t => {
  t.match(await probe(t, { [tags]: [200, {}, '{"name":"app","tags":["v1","latest"]}'] }), {
    ...{ outcome: 'fail', code: 'tag-not-found' },
    ...{ facts: { nearest: 'latest', tags: ['v1', 'latest'] }, detail: /there is latest/ },
  });
  t.match(await probe(t, { [tags]: [404, {}, unknown] }), { code: 'repository-not-found' });
  t.match(await probe(t, { [tags]: [401, {}, ''] }), { code: 'manifest-not-found' });
});

t.test('what is served is judged by its type', async t => {
  const type = 'application/vnd.oci.image.index.v1+json';
  const digest = `sha256:${'a'.repeat(64)}`;
  const good = { 'content-type': type, 'docker-content-digest': digest };
  t.match(await probe(t, { [head]: [200, good, ''] }), { outcome: 'pass', facts: { digest, mediaType: type } });
  const cases: [number, Record<string, string>, string][] = [
    [200, { 'content-type': 'text/html' }, 'not-a-registry'],
    [200, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }, 'manifest-unsupported'],
    [200, { 'content-type': type, 'content-length': '99999999' }, 'manifest-unsupported'],
    [401, {}, 'auth-required'],
    [403, {}, 'forbidden'],
    [429, {}, 'rate-limited'],
    [500, {}, 'registry-error'],
  ];
  for (const [status, headers, code] of cases)
    t.match(await probe(t, { [head]: [status, headers, ''] }), { outcome: 'fail', code }, `${status} ${code}`);
});

import t from 'tap';
import { probeRegistryPlatform } from '../../../src/agent/probe/registry-platform.ts';
import { calm, http, session } from './stand.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const entry = (letter: string, architecture: string, variant?: string) => ({
  digest: digest(letter),
  platform: { os: 'linux', architecture, ...(variant === undefined ? {} : { variant }) },
});

const probe = async (t: Parameters<typeof http>[0], first: unknown, architecture = 'amd64') => {
  const asked: string[] = [];
  const port = await http(t, (request, response) => {
    asked.push(request.url?.split('/').at(-1) ?? '');
    response.end(asked.length === 1 ? JSON.stringify(first) : JSON.stringify({ layers: [{ digest: digest('9') }] }));
  });
  const made = await session(t, { url: `http://reg.test:${port}/v2`, image: `reg.test:${port}/app:v1` });
  const check = await probeRegistryPlatform({ session: made, node: { os: 'linux', architecture } }, calm);
  return { check, asked, layers: made.layers };
};

t.test('the node’s own platform is picked from an index, or a compatible one', async t => {
  const index = {
    manifests: [entry('1', 'arm64', 'v8'), entry('2', 'amd64', 'v3'), entry('3', 'amd64'), entry('4', 'arm', 'v7')],
  };
  const own = await probe(t, index);
  t.match(own.check, { outcome: 'pass', facts: { digest: digest('3') } });
  t.same(own.asked, ['v1', digest('3')]);
  t.same(own.layers, [{ digest: digest('9') }]);
  t.match((await probe(t, { manifests: [entry('4', 'arm', 'v7')] }, 'arm64')).check, { outcome: 'pass' });
});

t.test('an image for other platforms says which', async t => {
  const { check } = await probe(t, { manifests: [entry('1', 's390x')] });
  t.match(check, {
    outcome: 'fail',
    code: 'platform-missing',
    facts: { platforms: ['linux/s390x'], node: 'linux/amd64' },
  });
});

t.test('one image without an index passes; what is no manifest does not', async t => {
  t.match((await probe(t, { layers: [{ digest: digest('1') }, { digest: '../../x' }] })).layers, [
    { digest: digest('1') },
  ]);
  for (const body of [null, [], {}, { manifests: 3 }])
    t.match((await probe(t, body)).check, { outcome: 'fail', code: 'manifest-unsupported' }, JSON.stringify(body));
});

t.test('at Docker Hub no manifest is read', async t => {
  const made = await session(t, { url: 'https://registry-1.docker.io/v2', registry: 'docker.io', image: 'nginx' });
  const check = await probeRegistryPlatform({ session: made, node: { os: 'linux', architecture: 'amd64' } }, calm);
  t.match(check, { outcome: 'skip', code: 'costs-a-pull' });
});

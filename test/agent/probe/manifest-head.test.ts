import t from 'tap';
import { headManifest, manifestTypes } from '../../../src/agent/probe/manifest-head.ts';
import { calm, http, session } from './stand.ts';

t.test(
  'the manifest is asked for by HEAD, as containerd asks: its types, the mirror’s ns, the digest before the tag',
  async t => {
    const seen: (string | undefined)[] = [];
    const port = await http(t, (request, response) => {
      seen.push(request.method, request.url, request.headers.accept, request.headers.authorization);
      response.end();
    });
    const digest = `sha256:${'b'.repeat(64)}`;
    const image = `reg.corp.test/app:v1@${digest}`;
    const made = await session(t, { url: `http://reg.test:${port}/v2`, registry: 'reg.corp.test', image });
    made.authorization = 'Bearer abc';
    t.ok((await headManifest(made, calm)).ok);
    t.same(seen, ['HEAD', `/v2/app/manifests/${digest}?ns=reg.corp.test`, manifestTypes, 'Bearer abc']);
    t.equal(made.head?.status, 200);
  },
);

import t from 'tap';
import { session } from './stand.ts';

t.test('URLs are made as containerd makes them', async t => {
  const cases: [string, string, string, string][] = [
    ['https://reg.test/v2', 'reg.test', 'a/tags/list', 'https://reg.test/v2/a/tags/list'],
    ['https://mirror.test:5000/v2', 'reg.test', 'a/x', 'https://mirror.test:5000/v2/a/x?ns=reg.test'],
    ['https://mirror.test/proxy/hub', 'docker.io', 'a', 'https://mirror.test/proxy/hub/a?ns=docker.io'],
    ['https://registry-1.docker.io/v2', 'docker.io', 'a', 'https://registry-1.docker.io/v2/a'],
    ['https://reg.test/v2', 'reg.test:443', 'a', 'https://reg.test/v2/a'],
    ['https://mirror.test/v2', 'reg.test', '', 'https://mirror.test/v2/'],
  ];
  for (const [url, registry, path, wanted] of cases)
    t.equal((await session(t, { url, registry })).url(path).href, wanted);
});

t.test('Docker Hub, the proxy and the port are known', async t => {
  const hub = await session(t, { url: 'https://registry-1.docker.io/v2', proxyEnv: { HTTPS_PROXY: 'p.test:3128' } });
  t.ok(hub.countsPulls);
  t.equal(hub.proxy?.shown, 'http://p.test:3128');
  t.same(hub.end, { host: 'registry-1.docker.io', port: 443 });
  t.notOk((await session(t, { url: 'https://notdocker.io/v2' })).countsPulls);
});

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import type { ApiAccount } from '../../../src/aggregator/kubernetes/account.ts';
import { openKubernetesApi } from '../../../src/aggregator/kubernetes/api.ts';
import { PullpathError } from '../../../src/model/error.ts';
import { limits } from '../../../src/model/limits.ts';
import { createAuthority } from '../../lab/tls.ts';
import { temporaryDirectory } from '../sample.ts';
import { startFakeApi } from './fake-api.ts';

const account = (server: URL, token: string, ca: string | null = null): ApiAccount => ({
  ...{ server, ca, token, pair: null },
});

t.test('a server is asked over TLS with the account’s CA, and with no other', async t => {
  const authority = await createAuthority(join(temporaryDirectory(t), 'ca'), 'cluster');
  const pair = await authority.issue('api.example', { altNames: ['localhost'] });
  const api = await startFakeApi({ objects: new Map([['nodes/node-a', { kind: 'Node' }]]) }, pair);
  const url = new URL(`https://localhost:${api.url.port}`);
  const trusting = openKubernetesApi(
    () => Promise.resolve(account(url, 'aggregator-account', authority.pem)),
    Date.now,
  );
  const doubting = openKubernetesApi(() => Promise.resolve(account(url, 'aggregator-account')), Date.now);
  t.teardown(async () => {
    await Promise.all([trusting.close(), doubting.close()]);
    await api.stop();
  });
  t.same(await trusting.get('/api/v1/nodes/node-a'), { kind: 'answer', status: 200, body: { kind: 'Node' } });
  t.match(await doubting.get('/api/v1/nodes/node-a'), { kind: 'unreachable' });
});

t.test('a replaced token is taken up, after a minute or a 401', async t => {
  const api = await startFakeApi({ objects: new Map([['nodes/node-a', { kind: 'Node' }]]) });
  const clock = { now: 0 };
  let token = 'old';
  let reads = 0;
  const client = openKubernetesApi(
    () => {
      reads += 1;
      return Promise.resolve(account(api.url, token));
    },
    () => clock.now,
  );
  t.teardown(async () => {
    await client.close();
    await api.stop();
  });
  api.callers.set('old', new Set(['*']));
  t.match(await client.get('/api/v1/nodes/node-a'), { status: 200 });
  token = 'aggregator-account';
  api.callers.delete('old');
  t.match(await client.get('/api/v1/nodes/node-a'), { status: 401 });
  t.match(await client.get('/api/v1/nodes/node-a'), { status: 200 });
  t.equal(reads, 2);
  clock.now += limits.kubernetesAccountMs;
  await client.get('/api/v1/nodes/node-a');
  t.equal(reads, 3);
});

t.test('what is no answer is said by its code, and the next call tries anew', async t => {
  const silent = createServer(socket => {
    socket.on('error', () => {});
    socket.end('this is not HTTP\r\n\r\n');
  });
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  let fails = true;
  const client = openKubernetesApi(
    () =>
      fails
        ? Promise.reject(new PullpathError('kubernetes-account', 'no account'))
        : Promise.resolve(account(new URL(`http://127.0.0.1:${port}`), 'x')),
    Date.now,
  );
  t.teardown(async () => {
    await client.close();
    silent.close();
  });
  t.same(await client.get('/version'), { kind: 'unreachable', code: 'kubernetes-account' });
  fails = false;
  t.match(await client.get('/version'), { kind: 'unreachable', code: /^HPE_|^HTTPParserError$/ });
});

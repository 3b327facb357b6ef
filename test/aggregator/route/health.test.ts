import t from 'tap';
import { PullpathError } from '../../../src/model/error.ts';
import { getAny, sampleServer } from '../sample.ts';

t.test('both answer while all is well, without a token', async t => {
  const { app } = sampleServer(t, { auth: { kind: 'token', tokens: () => ['0123456789abcdef'] } });
  for (const url of ['/healthz', '/readyz']) t.same(await getAny(app, url), { status: 200, body: { status: 'ok' } });
});

t.test('without its database it lives but is not ready', async t => {
  const { store } = sampleServer(t);
  const ping = (): Promise<void> => Promise.reject(new PullpathError('store-unavailable', 'the disk is full'));
  const { app } = sampleServer(t, { store: { ...store, ping } });
  t.match(await getAny(app, '/healthz'), { status: 200 });
  t.match(await getAny(app, '/readyz'), { status: 503, body: { code: 'store-unavailable' } });
});

import t from 'tap';
import { CriClient } from '../../../src/agent/cri/client.ts';
import { probeRuntimeCri } from '../../../src/agent/probe/runtime-cri.ts';
import { calm } from './stand.ts';

t.test('a socket that is not there is told in few words', async t => {
  const socket = 'unix:///not/there.sock';
  const client = new CriClient(socket);
  t.teardown(() => client.close());
  const check = await probeRuntimeCri({ client, socket }, calm);
  t.match(check, { outcome: 'fail', code: 'cri-unavailable', facts: { socket, grpc: 'UNAVAILABLE' } });
  t.equal(check.detail, `${socket}: no such file or directory (ENOENT)`);
  t.match(await probeRuntimeCri({ client, socket }, AbortSignal.abort()), { outcome: 'skip', code: 'cancelled' });
});

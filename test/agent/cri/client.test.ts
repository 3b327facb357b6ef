import { join } from 'node:path';
import { Server, ServerCredentials, loadPackageDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import t, { type Test } from 'tap';
import { CriClient } from '../../../src/agent/cri/client.ts';
import { startBox } from '../../lab/box.ts';
import { temporaryDirectory } from '../fixture.ts';
import { withoutRoot } from '../../house/root.ts';
import { until } from '../../house/until.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const never = new AbortController().signal;
const clientOf = (t: Test, socket: string): CriClient => {
  const client = new CriClient(`unix://${socket}`);
  t.teardown(() => client.close());
  return client;
};

t.test('a real containerd answers each call', { skip: withoutRoot }, async t => {
  const box = await startBox();
  t.teardown(() => box.stop());
  const client = clientOf(t, box.containerd.socket);
  t.match(await client.version(never), { ok: true, value: { name: 'containerd', apiVersion: 'v1' } });
  const conditions = await client.status(false, never);
  t.ok(conditions.ok && conditions.value.status?.conditions.some(one => one.type === 'RuntimeReady' && one.status));
  t.same(await client.listImages(never), { ok: true, value: [] });
  t.same(await client.imageStatus('nosuch.lab.test/app:v1', never), { ok: true, value: null }, 'no image is no error');
  const files = await client.imageFsInfo(never);
  t.ok(files.ok && files.value[0]?.fsId?.mountpoint.includes('overlayfs'));

  const pulled = await client.pullImage('nosuchhost.invalid/app:v1', AbortSignal.timeout(60_000));
  t.match(pulled, { ok: false, code: 'UNKNOWN', details: 'nosuchhost.invalid' });
  t.match(await client.pullImage('a b', never), { ok: false, details: 'invalid reference format' });
  t.match(await client.version(AbortSignal.abort()), { ok: false, code: 'CANCELLED' });
});

t.test(
  'a runtime that hangs, goes or comes back is an error value each time, and the same client goes on',
  { skip: withoutRoot },
  async t => {
    const box = await startBox();
    t.teardown(() => box.stop());
    const client = clientOf(t, box.containerd.socket);
    t.match(await client.version(never), { ok: true });

    process.kill(box.containerd.pid(), 'SIGSTOP');
    t.match(await client.version(never), { ok: false, code: 'DEADLINE_EXCEEDED' });
    const hanging = client.pullImage('nosuchhost.invalid/app:v1', AbortSignal.timeout(300));
    t.match(await hanging, { ok: false, code: 'CANCELLED' }, 'a pull ends by its signal');
    const inFlight = client.pullImage('nosuchhost.invalid/app:v1', never);
    process.kill(box.containerd.pid(), 'SIGKILL');
    t.match(await inFlight, { ok: false, code: 'UNAVAILABLE' }, 'killed in the middle of a call');
    t.match(await client.version(never), { ok: false, code: 'UNAVAILABLE' }, 'refused');
    await box.containerd.restart();
    await until('an answer after the restart', async () => (await client.version(never)).ok);
  },
);

t.test('no socket is an error that names it', async t => {
  const client = clientOf(t, '/nowhere/cri.sock');
  t.match(await client.version(never), { ok: false, code: 'UNAVAILABLE', details: '/nowhere/cri.sock' });
  client.close();
  t.match(await client.version(never), { ok: false, code: 'CANCELLED' }, 'after close, too');
});

t.test('a runtime that speaks v1alpha2 only is spoken to so', async t => {
  const directory = await temporaryDirectory();
  t.teardown(directory.remove);
  const definition = loadSync(join(import.meta.dirname, '../../../proto/runtime/v1/api.proto'), { defaults: true });
  const loaded = loadPackageDefinition(definition) as unknown as {
    runtime: { v1: { RuntimeService: { service: Record<string, { path: string }> } } };
  };
  const { service } = loaded.runtime.v1.RuntimeService;
  const older = Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      { ...method, path: method.path.replace('runtime.v1.', 'runtime.v1alpha2.') },
    ]),
  );
  const server = new Server();
  server.addService(older as unknown as Parameters<Server['addService']>[0], {
    version: (_call: unknown, done: (error: null, answer: object) => void) =>
      done(null, { runtimeName: 'old', runtimeVersion: '1.5', runtimeApiVersion: 'v1alpha2' }),
    status: (_call: unknown, done: (error: object) => void) => done({ code: status.UNKNOWN, details: 'no' }),
  });
  const socket = join(directory.path, 'cri.sock');
  await new Promise((resolve, reject) =>
    server.bindAsync(`unix://${socket}`, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    ),
  );
  t.teardown(() => server.forceShutdown());
  const client = clientOf(t, socket);
  t.match(await client.version(never), { ok: true, value: { name: 'old', apiVersion: 'v1alpha2' } });
  t.match(await client.status(false, never), { ok: false, code: 'UNKNOWN', details: 'no' });
});

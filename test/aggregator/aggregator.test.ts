import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { startAggregator, type AggregatorOptions } from '../../src/aggregator/aggregator.ts';
import { sampleFull, silentLog, temporaryDirectory } from './sample.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const optionsFor = (dataDir: string, port = 0): AggregatorOptions => ({
  listen: { host: '127.0.0.1', port },
  database: { kind: 'sqlite', dataDir },
  maxBytes: 2 ** 30,
  staleAfterMs: 120_000,
  retentionMs: 1_000_000,
  auth: { kind: 'none' },
  log: silentLog,
});

const post = async (port: number, report: unknown): Promise<number> => {
  const body = JSON.stringify(report);
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`http://127.0.0.1:${port}/v1/reports`, { method: 'POST', headers, body })).status;
};

t.test('it listens, takes reports, and after a stop and a start it has them', async t => {
  const dataDir = join(temporaryDirectory(t), 'data');
  const first = await startAggregator(optionsFor(dataDir));
  t.ok(first.address.port > 0);
  t.equal(await post(first.address.port, sampleFull()), 202);
  await Promise.all([first.stop(), first.stop()]);
  await t.rejects(post(first.address.port, sampleFull()));
  const second = await startAggregator(optionsFor(dataDir));
  t.equal(await post(second.address.port, sampleFull()), 200);
  await second.stop();
});

t.test('an address that is taken is named, and nothing is left open', async t => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const dataDir = temporaryDirectory(t);
  await t.rejects(startAggregator(optionsFor(dataDir, port)), {
    code: 'address-in-use',
    message: new RegExp(`127\\.0\\.0\\.1:${port}`),
  });
  const options = { ...optionsFor(dataDir), listen: { host: '203.0.113.1', port: 1 } };
  await t.rejects(startAggregator(options), { code: 'listen-failed' });
  await (await startAggregator(optionsFor(dataDir))).stop();
});

t.test('a directory or a database that cannot be used stops it at the start', async t => {
  const file = join(temporaryDirectory(t), 'file');
  writeFileSync(file, '');
  await t.rejects(startAggregator(optionsFor(file)), { code: 'data-dir-unusable' });
  const dataDir = temporaryDirectory(t);
  writeFileSync(join(dataDir, 'pullpath.db'), 'x'.repeat(5000));
  await t.rejects(startAggregator(optionsFor(dataDir)), { code: 'database-corrupt' });
});

t.test('a stop lets a request under way end', async t => {
  const running = await startAggregator(optionsFor(temporaryDirectory(t)));
  const body = JSON.stringify(sampleFull());
  // It says "100 Continue" to one who asks for it: then it has the request, and waits for the body.
  const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' };
  const sent = request({ host: '127.0.0.1', port: running.address.port, path: '/v1/reports', method: 'POST', headers });
  sent.flushHeaders();
  await once(sent, 'continue');
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.write(body.slice(0, 10));
  const stopped = running.stop();
  sent.end(body.slice(10));
  const [answer] = await answered;
  t.equal(answer.statusCode, 202);
  answer.resume();
  await stopped;
});

t.test(
  'a second listener for the service proxy lets anyone read and nobody write, while the first wants a token',
  async t => {
    const token = '0123456789abcdef';
    const running = await startAggregator({
      ...optionsFor(temporaryDirectory(t)),
      auth: { kind: 'token', tokens: () => [token] },
      proxyListen: { host: '127.0.0.1', port: 0 },
    });
    t.teardown(() => running.stop());
    const [open, guarded] = [running.proxyAddress?.port ?? 0, running.address.port];
    t.not(open, guarded);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const send = async (port: number): Promise<number> => {
      const body = JSON.stringify(sampleFull({ name: 'a' }));
      return (await fetch(`http://127.0.0.1:${port}/v1/reports`, { method: 'POST', headers, body })).status;
    };
    t.equal(await send(open), 405, 'no report, whatever the token');
    t.equal(await send(guarded), 202);
    t.match(await (await fetch(`http://127.0.0.1:${open}/v1/nodes`)).json(), { items: [{ name: 'a' }] });
    t.equal((await fetch(`http://127.0.0.1:${guarded}/v1/nodes`)).status, 401);
    await running.stop();
    await t.rejects(fetch(`http://127.0.0.1:${open}/v1/nodes`), 'both are closed');
  },
);

t.test('where the second address is taken, that option is named and the first is free again', async t => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const proxyListen = { host: '127.0.0.1', port: (taken.address() as AddressInfo).port };
  const options = optionsFor(temporaryDirectory(t));
  await t.rejects(startAggregator({ ...options, proxyListen }), {
    code: 'address-in-use',
    message: /^--proxy-listen /,
  });
  const next = await startAggregator(options);
  t.equal(next.proxyAddress, null);
  await next.stop();
});

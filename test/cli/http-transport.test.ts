import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { openHttp, type HttpWay } from '../../src/cli/http-transport.ts';
import type { Transport } from '../../src/cli/transport.ts';
import { temporaryDirectory } from '../aggregator/sample.ts';
import { createAuthority } from '../lab/tls.ts';

type Test = Parameters<typeof temporaryDirectory>[0];
const { signal } = new AbortController();

const open = async (t: Test, server: URL, given: Partial<HttpWay> = {}): Promise<Transport> => {
  const transport = await openHttp({ server, tokenFile: null, caFile: null, serverName: null, ...given }, signal);
  t.teardown(() => transport.close());
  return transport;
};

const serve = async (t: Test, listener: RequestListener): Promise<URL> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

t.test('where nobody answers, the reason is told, without a password in the address', async t => {
  const closed = createTcpServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await new Promise(resolve => closed.close(resolve));
  const cutting = createTcpServer(socket => socket.destroy()).listen(0, '127.0.0.1');
  await once(cutting, 'listening');
  t.teardown(() => cutting.close());
  const babbling = createTcpServer(socket => socket.end('SSH-2.0-x\r\n\r\n')).listen(0, '127.0.0.1');
  await once(babbling, 'listening');
  t.teardown(() => babbling.close());
  const portOf = (server: typeof cutting): number => (server.address() as AddressInfo).port;
  const cases: [string, string, RegExp][] = [
    [`http://user:secret@127.0.0.1:${port}`, 'aggregator-unreachable', /nothing listens there/],
    [`http://127.0.0.1:${portOf(cutting)}`, 'aggregator-unreachable', /cut the connection/],
    [`http://127.0.0.1:${portOf(babbling)}`, 'aggregator-answer', /does not speak HTTP/],
    ['http://nowhere.invalid:8470', 'aggregator-unreachable', /does not resolve|name server/],
  ];
  for (const [url, code, message] of cases) {
    const way = await open(t, new URL(url));
    const error = await way.get('/').then(() => null, String);
    t.notMatch(error, 'secret');
    await t.rejects(way.get('/'), { code, message }, url);
  }
});

t.test('an answer without end is not taken', async t => {
  const server = await serve(t, (_request, response) => {
    const chunk = 'x'.repeat(1024 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  const way = await open(t, server);
  await t.rejects(way.get('/'), { code: 'aggregator-answer', message: /too large/ });
});

t.test('headers without end are not taken', async t => {
  const server = await serve(t, (_request, response) => response.setHeader('x', 'y'.repeat(100_000)).end('{}'));
  const way = await open(t, server);
  await t.rejects(way.get('/'), { code: 'aggregator-answer', message: /headers of its answer are too large/ });
});

t.test('HTTPS: the aggregator is known by its CA and its name, and what is wrong with either is told', async t => {
  const dir = temporaryDirectory(t);
  const [authority, other] = [await createAuthority(join(dir, 'a'), 'a'), await createAuthority(join(dir, 'b'), 'b')];
  const name = 'pullpath-aggregator.pullpath-system.svc';
  const { certFile, keyFile } = await authority.issue(name);
  const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')];
  const server = createHttps({ cert, key }, (_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const url = new URL(`https://127.0.0.1:${port}`);
  const caFile = authority.file;
  const good = await open(t, url, { caFile, serverName: name });
  t.same(await good.get('/x'), { status: 200, body: '{}' });
  const plain = await serve(t, (_request, response) => response.end('{}'));
  const cases: [URL, Partial<HttpWay>, RegExp][] = [
    [url, {}, /CA that is not trusted here; give --ca-file/],
    [url, { caFile: other.file, serverName: name }, /CA that is not trusted here/],
    [url, { caFile }, /certificate is for another name; give --server-name/],
    [new URL(`http://127.0.0.1:${port}`), {}, /is it https\?/],
    [new URL(plain.href.replace('http:', 'https:')), {}, /is it http\?/],
  ];
  for (const [at, given, message] of cases) {
    const way = await open(t, at, given);
    await t.rejects(way.get('/x'), { code: 'aggregator-unreachable', message }, String(message));
  }
});

t.test('a CA file that cannot be read is a usage fault', async t => {
  const caFile = join(temporaryDirectory(t), 'none');
  await t.rejects(open(t, new URL('http://127.0.0.1:9'), { caFile }), {
    code: 'option-invalid',
    message: /--ca-file .*ENOENT/,
  });
  const tokenFile = join(temporaryDirectory(t), 'tokens');
  writeFileSync(tokenFile, '# none\n');
  await t.rejects(open(t, new URL('http://127.0.0.1:9'), { caFile: tokenFile }), {
    code: 'option-invalid',
    message: /--ca-file .* holds no certificate in PEM/,
  });
  await t.rejects(open(t, new URL('http://127.0.0.1:9'), { tokenFile }), { code: 'token-file-unreadable' });
});

import t from 'tap';
import { probeRegistryBlob } from '../../../src/agent/probe/registry-blob.ts';
import { calm, closedPort, http, session } from './stand.ts';

const layer = { digest: `sha256:${'c'.repeat(64)}` };

const probe = async (t: Parameters<typeof http>[0], port: number) => {
  const made = await session(t, { url: `http://reg.test:${port}/v2`, image: `reg.test:${port}/app:v1` });
  made.layers = [layer];
  made.authorization = 'Bearer secret';
  return probeRegistryBlob(made, calm);
};

t.test('one byte is read behind the redirect, and the token stays at the registry', async t => {
  const seen: (string | undefined)[] = [];
  const cdn = await http(t, (request, response) => {
    seen.push(request.headers.authorization, request.headers.range);
    response.writeHead(206).end('x');
  });
  const port = await http(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(307, { location: `http://cdn.test:${cdn}/blob?sig=1` }).end();
  });
  t.match(await probe(t, port), { outcome: 'pass', facts: { host: `cdn.test:${cdn}` } });
  t.same(seen, ['Bearer secret', undefined, 'bytes=0-0']);
});

t.test('a host behind the redirect that cannot be reached is the redirect’s fault, with its reason', async t => {
  const gone = await closedPort();
  const port = await http(t, (_request, response) =>
    response.writeHead(307, { location: `http://cdn.test:${gone}/blob` }).end(),
  );
  const check = await probe(t, port);
  t.match(check, { code: 'blob-host-unreachable', facts: { host: `cdn.test:${gone}`, reason: 'tcp-refused' } });
});

t.test('a layer that is not there, an error, and redirects without end', async t => {
  for (const [status, code] of [
    [404, 'blob-missing'],
    [500, 'registry-error'],
    [401, 'auth-required'],
  ] as const) {
    const port = await http(t, (_request, response) => response.writeHead(status).end());
    t.match(await probe(t, port), { outcome: 'fail', code });
  }
  const loop = await http(t, (request, response) => response.writeHead(302, { location: request.url ?? '' }).end());
  t.match(await probe(t, loop), { outcome: 'fail', code: 'redirect-loop' });
});

t.test('an endless layer is not read to its end', async t => {
  const port = await http(t, (_request, response) => {
    response.on('error', () => undefined);
    const more = (): void => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  t.match(await probe(t, port), { outcome: 'pass' });
});

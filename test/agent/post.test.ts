import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { Poster } from '../../src/agent/post.ts';
import { limits } from '../../src/model/limits.ts';
import { http, tcp } from './probe/stand.ts';
import { startSink, taken } from './sink.ts';

const body = gzipSync('{"seq":1}');
const never = new AbortController().signal;

t.test('it posts gzipped JSON with the token that the file holds now', async t => {
  const sink = await startSink(() => taken);
  const tokenFile = join(t.testdir({ token: 'first\n' }), 'token');
  const poster = new Poster({ url: sink.url, tokenFile, caFile: null });
  t.match(await poster.post(body, never), { kind: 'answer', status: 202, retryAfterMs: null });
  await writeFile(tokenFile, 'second');
  await poster.post(body, never);
  t.same(
    sink.requests.map(request => request.authorization),
    ['Bearer first', 'Bearer second'],
  );
  t.same(sink.requests[0]?.report, { seq: 1 });
  poster.close();
  await sink.close();
  t.match(await poster.post(body, never), { kind: 'unreachable', code: 'ECONNREFUSED' });
  const without = new Poster({ url: sink.url, tokenFile: '/nowhere/token', caFile: null });
  t.match(await without.post(body, never), { kind: 'unreachable', code: 'ENOENT', detail: '/nowhere/token' });
});

t.test('a pause that is asked for is bounded', async t => {
  const port = await http(t, (_request, response) => response.writeHead(429, { 'retry-after': '99999999' }).end());
  const poster = new Poster({ url: new URL(`http://127.0.0.1:${port}/`), tokenFile: null, caFile: null });
  t.teardown(() => poster.close());
  t.match(await poster.post(body, never), { status: 429, retryAfterMs: limits.retryAfterMaxMs });
});

t.test('a path before the API and no answer at all', async t => {
  const sink = await startSink(count => (count === 0 ? 'drop' : 'hang'));
  const poster = new Poster({ url: new URL('base/', sink.url), tokenFile: null, caFile: null });
  t.match(await poster.post(body, never), { kind: 'unreachable', code: 'ECONNRESET' });
  t.match(await poster.post(body, AbortSignal.timeout(100)), { kind: 'unreachable' });
  poster.close();
  await sink.close();
});

t.test('why there is no answer is told in words', async t => {
  const port = await tcp(t, socket => void socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
  const poster = new Poster({ url: new URL(`http://127.0.0.1:${port}`), tokenFile: null, caFile: null });
  t.teardown(() => poster.close());
  t.match(await poster.post(body, never), { kind: 'unreachable', detail: /^what answers does not speak HTTP \(HPE_/ });
  const closed = new Poster({ url: new URL('http://127.0.0.1:9'), tokenFile: null, caFile: null });
  t.match(await closed.post(body, never), { detail: 'connection refused (ECONNREFUSED)' });
});

t.test('over TLS only a certificate of the given CA is taken', async t => {
  const directory = t.testdir({});
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_request, response) => {
    response.writeHead(202).end('{}');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const trusting = new Poster({ url, tokenFile: null, caFile: cert });
  t.match(await trusting.post(body, never), { kind: 'answer', status: 202 });
  trusting.close();
  const strict = new Poster({ url, tokenFile: null, caFile: null });
  t.match(await strict.post(body, never), { kind: 'unreachable', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  strict.close();
  const named = new Poster({ url, tokenFile: null, caFile: cert, serverName: 'aggregator.example' });
  t.match(await named.post(body, never), { kind: 'unreachable', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  named.close();
  const lost = new Poster({ url, tokenFile: null, caFile: join(directory, 'nowhere.pem') });
  t.match(await lost.post(body, never), { kind: 'unreachable', code: 'ENOENT' });
  server.close();
  server.closeAllConnections();
});

import { writeFileSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import t from 'tap';
import { keepTlsFresh, readTlsFiles } from '../../src/aggregator/tls.ts';
import { until } from '../house/until.ts';
import { createAuthority } from '../lab/tls.ts';
import { silentLog, temporaryDirectory } from './sample.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const nameShown = (port: number, ca: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });

t.test('new files are taken up by those who connect later, and half-written ones are not', async t => {
  const dir = temporaryDirectory(t);
  const authority = await createAuthority(join(dir, 'ca'), 'lab');
  const first = await authority.issue('first.example');
  const second = await authority.issue('second.example');
  const files = { certFile: join(dir, 'tls.crt'), keyFile: join(dir, 'tls.key') };
  const place = async (pair: { certFile: string; keyFile: string }): Promise<void> => {
    await copyFile(pair.keyFile, `${files.keyFile}.new`);
    await rename(`${files.keyFile}.new`, files.keyFile);
    await copyFile(pair.certFile, `${files.certFile}.new`);
    await rename(`${files.certFile}.new`, files.certFile);
  };
  await place(first);
  const pair = await readTlsFiles(files);
  const server = createServer(pair, (_request, response) => response.end());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ended = new AbortController();
  const complaints: unknown[] = [];
  const log = { ...silentLog, error: (facts: unknown) => complaints.push(facts) };
  const fresh = keepTlsFresh(files, pair, { server, log, signal: ended.signal, everyMs: 10 });
  t.teardown(async () => {
    ended.abort();
    await fresh;
    server.closeAllConnections();
    server.close();
  });
  t.equal(await nameShown(port, authority.pem), 'first.example');
  writeFileSync(files.keyFile, 'half a k');
  await until('the complaint', () => complaints.length > 0);
  t.equal(await nameShown(port, authority.pem), 'first.example', 'the old ones stay');
  await place(second);
  await until('the new certificate', async () => (await nameShown(port, authority.pem)) === 'second.example');
  t.ok(complaints.length <= 2, 'complained of each state once');
});

t.test('files that are no pair are refused, naming them', async t => {
  const dir = temporaryDirectory(t);
  const authority = await createAuthority(join(dir, 'ca'), 'lab');
  const one = await authority.issue('one.example');
  const other = await authority.issue('other.example');
  const empty = join(dir, 'empty');
  writeFileSync(empty, '');
  const cases: [string, string, RegExp][] = [
    [join(dir, 'none'), one.keyFile, /--tls-cert-file .*none cannot be read: no such file.*ENOENT/],
    [one.certFile, join(dir, 'none'), /--tls-key-file .*none cannot be read: no such file.*ENOENT/],
    [one.certFile, other.keyFile, /are not a certificate and its key: the key is of another certificate/],
    [one.keyFile, one.keyFile, /are not a certificate and its key: the certificate is not PEM/],
    [one.certFile, one.certFile, /are not a certificate and its key: the key is not PEM/],
    [empty, one.keyFile, /are not a certificate and its key: the certificate is not PEM/],
  ];
  for (const [certFile, keyFile, message] of cases)
    await t.rejects(readTlsFiles({ certFile, keyFile }), { code: 'tls-files-unusable', message });
});

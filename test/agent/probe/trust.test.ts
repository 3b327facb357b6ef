import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readSystemBundle, trustFor } from '../../../src/agent/probe/trust.ts';
import { authority } from './stand.ts';

t.test('the system’s CAs are read below the host’s root, its links followed there', async t => {
  const ca = await authority(t);
  const hostRoot = t.testdir({ etc: { pki: { tls: { certs: {} } } }, real: { 'bundle.pem': ca.pem } });
  symlinkSync('/real/bundle.pem', join(hostRoot, 'etc/pki/tls/certs/ca-bundle.crt'));
  const bundle = await readSystemBundle(hostRoot);
  t.equal(bundle.from, '/etc/pki/tls/certs/ca-bundle.crt');
  t.same(bundle.pems, [ca.pem]);
});

t.test('a file of its own in the directory counts too, as in Go; no CA at all is told', async t => {
  const ca = await authority(t);
  const hostRoot = t.testdir({});
  t.same(await readSystemBundle(hostRoot), { pems: [], from: null });
  mkdirSync(join(hostRoot, 'etc/ssl/certs'), { recursive: true });
  writeFileSync(join(hostRoot, 'etc/ssl/certs/corp.pem'), ca.pem);
  t.same(await readSystemBundle(hostRoot), { pems: [ca.pem], from: '/etc/ssl/certs' });
});

t.test('unreadable and mismatched files are left out; their own check names them', async t => {
  const ca = await authority(t);
  const one = await ca.issue('one.test');
  const two = await ca.issue('two.test');
  const place = { bundle: { pems: [], from: null }, hostRoot: '/' };
  const trust = await trustFor({ caFiles: ['/not/there', ca.file], clientPairs: [] }, place);
  t.same(trust.caFiles, ['/not/there', ca.file]);
  for (const keyFile of [one.keyFile, two.keyFile, '/not/there'])
    t.ok((await trustFor({ caFiles: [], clientPairs: [{ certFile: one.certFile, keyFile }] }, place)).context);
});

t.test('hosts that trust the same share what OpenSSL holds of it, wherever the files are', async t => {
  const ca = await authority(t);
  const other = await authority(t);
  const own = await ca.issue('one.test');
  const bundle = { pems: [ca.pem], from: null };
  const hostRoot = t.testdir({ a: { 'ca.crt': ca.pem }, b: { 'ca.crt': ca.pem }, c: { 'ca.crt': other.pem } });
  const contextFor = async (caFiles: string[], clientPairs: { certFile: string; keyFile: string }[] = []) =>
    (await trustFor({ caFiles, clientPairs }, { bundle, hostRoot })).context;
  const first = await contextFor(['/a/ca.crt']);
  t.equal(await contextFor(['/b/ca.crt']), first);
  t.not(await contextFor(['/c/ca.crt']), first, 'another CA');
  t.not(await contextFor([]), first, 'none of its own');
  const pairRoot = { bundle, hostRoot: '/' };
  const plain = (await trustFor({ caFiles: [], clientPairs: [] }, pairRoot)).context;
  const { certFile, keyFile } = own;
  t.not(
    (await trustFor({ caFiles: [], clientPairs: [{ certFile, keyFile }] }, pairRoot)).context,
    plain,
    'a client pair',
  );
  const anew = { bundle: { pems: [ca.pem], from: null }, hostRoot };
  t.not(
    (await trustFor({ caFiles: ['/a/ca.crt'], clientPairs: [] }, anew)).context,
    first,
    'a bundle that was read anew',
  );
});

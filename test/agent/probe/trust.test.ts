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

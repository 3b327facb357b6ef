import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { SystemBundle } from '../../../src/agent/probe/system-bundle.ts';
import { authority } from './stand.ts';

t.test('the system’s CAs are read below the host’s root, its links followed there', async t => {
  const ca = await authority(t);
  const hostRoot = t.testdir({ etc: { pki: { tls: { certs: {} } } }, real: { 'bundle.pem': ca.pem } });
  symlinkSync('/real/bundle.pem', join(hostRoot, 'etc/pki/tls/certs/ca-bundle.crt'));
  const bundle = await new SystemBundle(hostRoot).read();
  t.equal(bundle.from, '/etc/pki/tls/certs/ca-bundle.crt');
  t.same(bundle.pems, [ca.pem]);
});

t.test('a file of its own in the directory counts too, as in Go; no CA at all is told', async t => {
  const ca = await authority(t);
  const hostRoot = t.testdir({});
  t.same(await new SystemBundle(hostRoot).read(), { pems: [], from: null });
  mkdirSync(join(hostRoot, 'etc/ssl/certs'), { recursive: true });
  writeFileSync(join(hostRoot, 'etc/ssl/certs/corp.pem'), ca.pem);
  t.same(await new SystemBundle(hostRoot).read(), { pems: [ca.pem], from: '/etc/ssl/certs' });
});

t.test('what was read is kept until one of the places changes, or it is let go', async t => {
  const hostRoot = t.testdir({ etc: { ssl: { certs: { 'ca-certificates.crt': 'one' } } } });
  const certs = join(hostRoot, 'etc/ssl/certs');
  const file = join(certs, 'ca-certificates.crt');
  const bundle = new SystemBundle(hostRoot);
  let before = await bundle.read();
  t.equal(await bundle.read(), before, 'nothing changed');
  t.equal((await Promise.all([bundle.read(), bundle.read()]))[1], before, 'asked at once');
  const changes: [string, () => void, string[]][] = [
    ['written to', () => writeFileSync(file, 'two'), ['two']],
    [
      'another in its place',
      () => {
        writeFileSync(`${file}.new`, '333');
        renameSync(`${file}.new`, file);
      },
      ['333'],
    ],
    ['one more in the directory', () => writeFileSync(join(certs, 'corp.pem'), 'corp'), ['333', 'corp']],
    ['let go', () => bundle.forget(), ['333', 'corp']],
  ];
  for (const [how, change, pems] of changes) {
    change();
    const after = await bundle.read();
    t.not(after, before, how);
    t.same(after.pems, pems, how);
    before = after;
  }
  t.equal(await bundle.read(), before);
});

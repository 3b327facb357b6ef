import { join } from 'node:path';
import t from 'tap';
import {
  hostPath,
  listHostFiles,
  missingCode,
  readHostFile,
  readHostText,
} from '../../../src/agent/node-config/host-file.ts';
import { run } from '../../lab/process.ts';
import { writeTree } from './tree.ts';

t.test('links are followed below the host’s root, never out of it', async t => {
  const dir = t.testdir();
  await writeTree(dir, {
    '/host/etc/real': 'inside',
    '/etc/real': 'outside',
    '/host/etc/absolute': '-> /etc/real',
    '/host/etc/up': '-> ../../../../etc/real',
    '/host/etc/loop': '-> loop',
    '/host/etc/dir': '-> /etc',
    '/host/etc/nowhere': '-> none',
  });
  const host = join(dir, 'host');
  for (const path of ['/etc/real', '/etc/absolute', '/etc/up', '/etc/dir/dir/absolute', '/../etc/real'])
    t.match(await readHostText(host, path, 100), { ok: true, text: 'inside' }, path);
  t.match(await readHostText(host, '/etc/loop', 100), { ok: false, code: 'ELOOP' });
  t.match(await readHostText(host, '/etc/nowhere', 100), { ok: false, code: 'ENOENT' });
  t.match(await readHostText(host, '/etc/real/x', 100), { ok: false, code: 'ENOTDIR' });
  t.equal(await hostPath(host, '/etc/absolute'), join(host, 'etc/real'));
  t.equal(await missingCode(host, '/etc/real'), null);
  t.equal(await missingCode(host, '/etc/loop'), 'ELOOP');
});

t.test('what is no readable text has a code', async t => {
  const dir = t.testdir();
  await writeTree(dir, {
    '/d': null,
    '/large': 'x'.repeat(101),
    '/exact': 'x'.repeat(100),
    '/latin': Buffer.from([0xff]),
  });
  await run(['mkfifo', join(dir, 'pipe')]);
  t.match(await readHostFile(dir, '/d', 100), { ok: false, code: 'EISDIR' });
  t.same(await readHostFile(dir, '/pipe', 100), { ok: false, code: 'ENOTREG', why: 'no regular file' });
  t.same(await readHostFile(dir, '/large', 100), { ok: false, code: 'ETOOBIG', why: 'larger than 1 KiB' });
  t.match(await readHostFile(dir, '/exact', 100), { ok: true });
  t.same(await readHostText(dir, '/latin', 100), { ok: false, code: 'EILSEQ', why: 'not UTF-8' });
  t.same(await listHostFiles(dir, '/'), { ok: true, names: ['exact', 'large', 'latin', 'pipe'] });
  t.same(await listHostFiles(dir, '/none'), {
    ...{ ok: false, code: 'ENOENT' },
    why: 'no such file or directory (ENOENT)',
  });
});

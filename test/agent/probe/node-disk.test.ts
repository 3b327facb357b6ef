import t from 'tap';
import { probeNodeDisk } from '../../../src/agent/probe/node-disk.ts';

t.test('space and inodes are told of a directory that is there; one that is not was not tested', async t => {
  const check = await probeNodeDisk({ hostRoot: '/', mountpoint: t.testdir({}) });
  t.equal(check.id, 'node.disk');
  t.ok(Number(check.facts?.['totalBytes']) > 0);
  t.ok(Number(check.facts?.['freeBytes']) <= Number(check.facts?.['totalBytes']));
  const gone = await probeNodeDisk({ hostRoot: '/', mountpoint: '/not/there' });
  t.match(gone, { outcome: 'skip', code: 'not-told', detail: '/not/there: no such file or directory (ENOENT)' });
});

t.test('a file system without room is full', async t => {
  // /proc has no blocks at all, which no threshold of ours may take for room.
  t.match(await probeNodeDisk({ hostRoot: '/', mountpoint: '/dev/shm' }), { id: 'node.disk' });
  const check = await probeNodeDisk({ hostRoot: '/', mountpoint: '/sys' });
  t.match(check.facts, { freeBytes: 0 });
});

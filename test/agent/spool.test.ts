import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { Spool } from '../../src/agent/spool.ts';
import { limits } from '../../src/model/limits.ts';
import { withoutRoot } from '../house/root.ts';
import { keepLog, temporaryDirectory, type KeptLog } from './fixture.ts';

type Opened = { spool: Spool; log: KeptLog; dropped: () => number; directory: string };

const openIn = async (directory: string, maxBytes = 1_000_000): Promise<Opened> => {
  const log = keepLog();
  let dropped = 0;
  const spool = await Spool.open({ directory, maxBytes, log, onDropped: count => (dropped += count) });
  return { spool, log, dropped: () => dropped, directory };
};
const opened = async (t: Tap, maxBytes?: number): Promise<Opened> => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  return openIn(join(path, 'spool'), maxBytes);
};
type Tap = { teardown: (undo: () => Promise<void>) => void };
const full = (seq: number, body = `full ${seq}`) => ({ seq, kind: 'full' as const, body: Buffer.from(body) });
const beat = (seq: number) => ({ seq, kind: 'heartbeat' as const, body: Buffer.from(`beat ${seq}`) });

/** Takes everything out, in order. */
const drained = async ({ spool }: Opened): Promise<string[]> => {
  const bodies: string[] = [];
  for (let report = await spool.next(); report !== null; report = await spool.next()) {
    bodies.push(report.body.toString());
    await spool.remove(report.seq);
  }
  return bodies;
};

t.test('reports come out in order, stay until they are removed, and outlive the process', async t => {
  const first = await opened(t);
  for (const report of [full(9), full(10), beat(11)]) await first.spool.add(report);
  t.equal((await first.spool.next())?.seq, 9);
  t.equal((await first.spool.next())?.seq, 9, 'still');
  const second = await openIn(first.directory);
  t.equal(second.spool.count, 3);
  t.equal(second.spool.lastSeq, 11);
  t.equal(second.spool.bytes, first.spool.bytes);
  t.same(await drained(second), ['full 9', 'full 10', 'beat 11']);
  t.same(await readdir(first.directory), []);
});

t.test('a heartbeat takes the place of one that still waits, and of nothing else', async t => {
  const one = await opened(t);
  for (const report of [beat(1), full(2), beat(3), beat(4), beat(5)]) await one.spool.add(report);
  t.same(await drained(one), ['beat 1', 'full 2', 'beat 5']);
  t.equal(one.dropped(), 0);
});

t.test('the oldest go first where there are too many bytes or reports, and are counted', async t => {
  const bytes = await opened(t, 100);
  for (let seq = 1; seq <= 5; seq += 1) await bytes.spool.add(full(seq, 'x'.repeat(30)));
  t.equal(bytes.dropped(), 2);
  t.equal((await bytes.spool.next())?.seq, 3);
  t.ok(bytes.spool.bytes <= 100);
  t.equal(bytes.log.lines[0]?.level, 'warn');
  await bytes.spool.add(full(6, 'x'.repeat(500)));
  t.same(await drained(bytes), ['x'.repeat(500)], 'the newest is kept, whatever its size');

  const { directory } = bytes;
  for (let seq = 1; seq <= limits.spoolReports + 5; seq += 1)
    await writeFile(join(directory, `${String(seq).padStart(16, '0')}-full.json.gz`), '');
  const many = await openIn(directory);
  t.equal(many.spool.count, limits.spoolReports);
  t.equal(many.dropped(), 5);
});

t.test('what a killed process left half-written is removed; strange files are left alone', async t => {
  const { directory } = await opened(t);
  await writeFile(join(directory, '0000000000000001-full.json.gz.tmp'), 'half');
  await writeFile(join(directory, 'README'), '');
  await mkdir(join(directory, 'refused'), { recursive: true });
  const { spool } = await openIn(directory);
  t.equal(spool.count, 0);
  t.same((await readdir(directory)).sort(), ['README', 'refused']);
});

t.test('a report whose file is gone is dropped and counted', async t => {
  const one = await opened(t);
  await one.spool.add(full(1));
  await one.spool.add(full(2));
  await rm(join(one.directory, '0000000000000001-full.json.gz'));
  t.same(await drained(one), ['full 2']);
  t.equal(one.dropped(), 1);
});

t.test('a smaller form takes a report’s place; one set aside is kept for a person, the newest few', async t => {
  const one = await opened(t);
  for (let seq = 1; seq <= limits.spoolRefused + 3; seq += 1) await one.spool.add(full(seq));
  await one.spool.replace(full(1, 'small'));
  t.equal((await one.spool.next())?.body.toString(), 'small');
  for (let seq = 1; seq <= limits.spoolRefused + 2; seq += 1) await one.spool.setAside(seq);
  t.equal((await readdir(join(one.directory, 'refused'))).length, limits.spoolRefused);
  t.equal(one.dropped(), limits.spoolRefused + 2);
  t.same(await drained(one), [`full ${limits.spoolRefused + 3}`]);
});

const fullDisk = 'where the disk is full it says so once, keeps the newest in memory, and writes again when it can';
t.test(fullDisk, { skip: withoutRoot }, async t => {
  const { path, remove } = await temporaryDirectory();
  t.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]).status, 0);
  t.teardown(async () => {
    spawnSync('umount', [path]);
    await remove();
  });
  const one = await openIn(join(path, 'spool'));
  await one.spool.add(full(1));
  const ballast = join(path, 'ballast');
  await writeFile(ballast, randomBytes(65_536)).catch(() => undefined);
  const big = 'x'.repeat(8192);
  await one.spool.add(full(2, `${big}2`));
  t.equal(one.spool.diskFull, true);
  await one.spool.add(full(3, `${big}3`));
  await one.spool.add(beat(4));
  t.equal(one.log.lines.filter(({ level }) => level === 'error').length, 1, 'said once');
  t.equal(one.dropped(), 1, 'the second made room for the third');
  t.equal((await one.spool.next())?.seq, 1, 'what was on disk before is still there');
  await rm(ballast);
  await one.spool.add(full(5, 'small'));
  t.equal(one.spool.diskFull, false);
  const bodies = await drained(one);
  t.equal(bodies[0], 'full 1');
  t.equal(bodies.at(-1), 'small');
});

import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { JournalTail, type JournalTailOptions } from '../../../src/agent/journal/tail.ts';
import type { JournalEntry } from '../../../src/parse/journal-entry.ts';
import { findJournalDirectory } from '../../../src/agent/journal/place.ts';
import { keepLog, temporaryDirectory, type KeptLog } from '../fixture.ts';
import { until } from '../../house/until.ts';
import { journalOf, type Line } from './journal-file.ts';

const line = (number: number, message: string | Buffer = `Failed to pull image ${number}`): Line => ({
  ...{ unit: 'kubelet.service', boot: 'a', at: 1_795_300_900 + number, message },
});

type Followed = {
  tail: JournalTail;
  entries: JournalEntry[];
  lost: () => number;
  log: KeptLog;
  stop: () => Promise<void>;
};

const follow = (directory: string, more: Partial<JournalTailOptions> = {}): Followed => {
  const entries: JournalEntry[] = [];
  let lost = 0;
  const log = keepLog();
  const tail = new JournalTail({
    units: ['kubelet'],
    pattern: 'Failed to pull image',
    findDirectory: () => findJournalDirectory('/', directory),
    cursor: null,
    ...{ lookbackMs: 3_600_000, lookMs: 200 },
    sink: { onEntry: entry => entries.push(entry), onLost: count => (lost += count) },
    log,
    ...more,
  });
  const stop = new AbortController();
  const running = tail.run(stop.signal);
  return {
    ...{ tail, entries, log, lost: () => lost },
    stop: async () => {
      stop.abort();
      await running;
    },
  };
};
const numbersOf = (followed: Followed): string[] =>
  followed.entries.map(entry => /image (\d+)/.exec(entry.message ?? '')?.[1] ?? '?');

t.test('it follows what is appended, and a restart goes on where it stopped', async t => {
  const journal = await journalOf([line(1), line(2)]);
  t.teardown(journal.remove);
  const first = follow(journal.directory);
  await until('two entries', () => first.entries.length === 2);
  journal.append([line(3), line(4, 'unwanted'), line(5)]);
  await until('the appended', () => first.entries.length === 4);
  t.same(numbersOf(first), ['1', '2', '3', '5']);
  t.equal(first.tail.status(), 'following');
  t.equal(await first.tail.newestAt(new AbortController().signal), 1_795_300_905_000);
  await first.stop();

  journal.append([line(6)]);
  const second = follow(journal.directory, { cursor: first.tail.cursor() });
  await until('what was missed', () => second.entries.length > 0);
  journal.append([line(7)]);
  await until('what is new', () => second.entries.length > 1);
  t.same(numbersOf(second), ['6', '7'], 'none twice, none lost');
  await second.stop();
});

t.test('without a cursor it reads back from the newest entry, however old that is', async t => {
  const journal = await journalOf([line(1), line(3000), line(3500), line(3600, 'unwanted')]);
  t.teardown(journal.remove);
  const followed = follow(journal.directory, { lookbackMs: 1_000_000 });
  await until('two entries', () => followed.entries.length >= 2);
  t.same(numbersOf(followed), ['3000', '3500']);
  await followed.stop();
});

t.test('a cursor whose entry was vacuumed loses nothing that is still there', async t => {
  const journal = await journalOf([line(5), line(6)]);
  t.teardown(journal.remove);
  const gone = `s=${'0'.repeat(32)};i=1;b=${'a'.repeat(32)};m=1;t=${(1_795_300_904_000_000).toString(16)};x=1`;
  const followed = follow(journal.directory, { cursor: gone });
  await until('two entries', () => followed.entries.length >= 2);
  t.same(numbersOf(followed), ['5', '6'], '--after-cursor would skip the first');
  await followed.stop();
});

t.test('a cursor that is none is said to be so, and the journal is read back', async t => {
  const journal = await journalOf([line(1)]);
  t.teardown(journal.remove);
  const followed = follow(journal.directory, { cursor: 's=1; rm -rf' });
  await until('one entry', () => followed.entries.length === 1);
  t.match(followed.log.lines[0], { level: 'warn', message: /cursor/ });
  await followed.stop();
});

t.test('it waits for a journal that is not there yet, says so once, and is there when it comes', async t => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  const journal = await journalOf([line(1)]);
  t.teardown(journal.remove);
  const followed = follow(join(path, 'journal'));
  await until('the wait', () => followed.tail.status() === 'waiting');
  await new Promise(resolve => setTimeout(resolve, 1000));
  t.equal(followed.log.lines.filter(({ level }) => level === 'warn').length, 1);
  t.equal(await followed.tail.newestAt(new AbortController().signal), null);
  await rename(journal.directory, join(path, 'journal'));
  await until('the entry', () => followed.entries.length === 1);
  t.equal(followed.tail.status(), 'following');
  await followed.stop();
});

t.test('an empty directory is followed until files come', async t => {
  const journal = await journalOf([]);
  t.teardown(journal.remove);
  const followed = follow(journal.directory);
  await until('following', () => followed.tail.status() === 'following');
  journal.append([line(1)]);
  await until('the entry', () => followed.entries.length === 1);
  await followed.stop();
});

t.test('lines out of the common are read or counted, and the next one is read', async t => {
  const journal = await journalOf([
    line(1, Buffer.from([...Buffer.from('Failed to pull image 1 '), 0xff, 0x1b])),
    line(2, `Failed to pull image 2 ${'x'.repeat(60_000)}`),
    line(3, `Failed to pull image 3 ${'x'.repeat(1_048_576)}`),
    line(4),
  ]);
  t.teardown(journal.remove);
  const followed = follow(journal.directory);
  await until('the last', () => numbersOf(followed).includes('4'));
  t.same(numbersOf(followed), ['1', '2', '4']);
  t.equal(followed.lost(), 1, 'the line of 1 MiB');
  t.match(followed.entries[0]?.message, '\ufffd');
  await followed.stop();
});

t.test('journalctl that is missing is said once and tried again', async t => {
  const journal = await journalOf([line(1)]);
  t.teardown(journal.remove);
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  t.teardown(() => (process.env['PATH'] = path));
  const followed = follow(journal.directory);
  await until('the complaint', () => followed.tail.status() === 'failing');
  await new Promise(resolve => setTimeout(resolve, 500));
  t.match(
    followed.log.lines.map(({ facts }) => facts['reason']),
    ['journalctl is not installed'],
  );
  process.env['PATH'] = path;
  await until('the entry', () => followed.entries.length === 1);
  await followed.stop();
});

t.test('a directory that is made anew is followed again', async t => {
  const journal = await journalOf([line(1)]);
  t.teardown(journal.remove);
  const followed = follow(journal.directory);
  await until('one entry', () => followed.entries.length === 1);
  await rm(journal.directory, { recursive: true });
  await mkdir(journal.directory);
  journal.append([line(2)]);
  await until('the new journal’s', () => followed.entries.length === 2);
  t.same(numbersOf(followed), ['1', '2']);
  await followed.stop();
});

const withoutUserNamespaces = spawnSync('unshare', ['-Ur', 'true']).status === 0 ? false : 'needs user namespaces';

t.test('journalctl that may not watch is complained of once', { skip: withoutUserNamespaces }, async t => {
  const journal = await journalOf([line(1)]);
  const starts = join(journal.directory, 'starts');
  const folder = await temporaryDirectory();
  const path = process.env['PATH'] ?? '';
  t.teardown(async () => {
    process.env['PATH'] = path;
    await folder.remove();
    await journal.remove();
  });
  // The real journalctl in a user namespace that has no inotify instance to give.
  const without = 'echo 0 >/proc/sys/user/max_inotify_instances; exec journalctl "$@"';
  const script = `#!/bin/sh\ncase "$*" in *--follow*) echo >>${starts};; esac\nPATH=${path} exec unshare -Ur sh -c '${without}' sh "$@"\n`;
  await writeFile(join(folder.path, 'journalctl'), script, { mode: 0o755 });
  process.env['PATH'] = `${folder.path}:${path}`;
  const followed = follow(journal.directory);
  const startsSoFar = async (): Promise<number> => (await readFile(starts, 'utf8').catch(() => '')).length;
  await until('some restarts', async () => (await startsSoFar()) > 3);
  const warned = followed.log.lines.filter(({ facts }) => 'reason' in facts);
  t.equal(warned.length, 1, 'said once');
  t.match(warned[0]?.facts['reason'], 'fs.inotify.max_user_instances', 'with what to do');
  process.env['PATH'] = path;
  journal.append([line(2)]);
  await until('what came meanwhile', () => followed.entries.length === 2);
  t.same(numbersOf(followed), ['1', '2'], 'none twice, none lost');
  await followed.stop();
});

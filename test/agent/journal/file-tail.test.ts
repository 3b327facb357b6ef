import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { FileTail } from '../../../src/agent/journal/file-tail.ts';
import { keepLog, temporaryDirectory } from '../fixture.ts';
import { until } from '../../house/until.ts';

const follow = (path: string, cursor: string | null = null) => {
  const messages: string[] = [];
  let lost = 0;
  const log = keepLog();
  const tail = new FileTail({
    ...{ path, cursor, log, now: Date.now },
    sink: { onEntry: entry => messages.push(entry.message ?? ''), onLost: count => (lost += count) },
  });
  const stop = new AbortController();
  const running = tail.run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  return { tail, messages, log, lost: () => lost, end };
};

const fileIn = async (t: { teardown: (undo: () => Promise<void>) => void }): Promise<string> => {
  const directory = await temporaryDirectory();
  t.teardown(directory.remove);
  return join(directory.path, 'kubelet.log');
};

t.test('it reads what is there and what is appended, whole lines only', async t => {
  const path = await fileIn(t);
  await writeFile(path, 'one\r\ntw');
  const followed = follow(path);
  await until('the first', () => followed.messages.length === 1);
  await appendFile(path, 'o\nthree\n');
  await until('the rest', () => followed.messages.length === 3);
  t.same(followed.messages, ['one', 'two', 'three']);
  t.equal(followed.tail.status(), 'following');
  t.ok(Math.abs(((await followed.tail.newestAt()) ?? 0) - Date.now()) < 60_000);
  await followed.end();
});

t.test('a rotated file is read to its end, then the new one from its start', async t => {
  const path = await fileIn(t);
  await writeFile(path, 'one\n');
  const followed = follow(path);
  await until('the first', () => followed.messages.length === 1);
  await appendFile(path, 'two\n');
  await rename(path, `${path}.1`);
  await appendFile(`${path}.1`, 'three\n');
  await writeFile(path, 'four\n');
  await until('all', () => followed.messages.length === 4);
  t.same(followed.messages, ['one', 'two', 'three', 'four']);
  await followed.end();
});

t.test('a truncated file is begun again', async t => {
  const path = await fileIn(t);
  await writeFile(path, 'a long first line\n');
  const followed = follow(path);
  await until('the first', () => followed.messages.length === 1);
  await truncate(path);
  await appendFile(path, 'two\n');
  await until('the second', () => followed.messages.length === 2);
  t.same(followed.messages[1], 'two');
  await followed.end();
});

t.test('a restart goes on at its place in the same file, at a whole line', async t => {
  const path = await fileIn(t);
  await writeFile(path, 'one\ntw');
  const first = follow(path);
  await until('the first', () => first.messages.length === 1);
  const cursor = first.tail.cursor();
  t.match(cursor, /^file:\d+:4$/);
  await first.end();
  await appendFile(path, 'o\n');
  const second = follow(path, cursor);
  await until('the rest', () => second.messages.length === 1);
  t.same(second.messages, ['two']);
  await second.end();
  await rename(path, `${path}.1`);
  await writeFile(path, 'new\n');
  const third = follow(path, second.tail.cursor());
  await until('the new file', () => third.messages.length === 1);
  t.same(third.messages, ['new']);
  await third.end();
});

t.test('a file that is not there is waited for, said once', async t => {
  const path = await fileIn(t);
  const followed = follow(path);
  await until('the wait', () => followed.tail.status() === 'waiting');
  t.equal(await followed.tail.newestAt(), null);
  await new Promise(resolve => setTimeout(resolve, 1200));
  t.equal(followed.log.lines.length, 1);
  await writeFile(path, 'one\n');
  await until('the line', () => followed.messages.length === 1);
  await followed.end();
});

t.test('a large file is read back a bounded part, and an endless line is counted', async t => {
  const path = await fileIn(t);
  await writeFile(path, `${`${'x'.repeat(1023)}\n`.repeat(6000)}${'y'.repeat(300_000)}\nlast\n`);
  const followed = follow(path);
  await until('the last', () => followed.messages.at(-1) === 'last');
  t.ok(followed.messages.length < 4200, `${followed.messages.length} lines`);
  t.equal(followed.lost(), 1);
  await followed.end();
});

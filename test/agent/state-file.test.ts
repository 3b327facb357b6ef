import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { Sequence, StateFile } from '../../src/agent/state-file.ts';
import { keepLog } from './fixture.ts';

const state = { version: 1 as const, cursor: 's=1', ledger: { pulls: [], errors: [], secrets: [] } };

t.test('the state is what was saved', async t => {
  const directory = t.testdir({});
  const log = keepLog();
  const file = new StateFile(directory, log);
  t.equal(await file.load(), null, 'none at first, which is nothing to speak of');
  t.same(log.lines, []);
  t.equal(await file.save(state), true);
  t.same(await new StateFile(directory, log).load(), state);
});

t.test('a damaged file is said to be so and started anew', async t => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"version":2}',
    '{"version":1,"cursor":1}',
    '{"version":1,"cursor":null,"ledger":{}}',
  ]) {
    const log = keepLog();
    t.equal(await new StateFile(t.testdir({ 'state.json': text }), log).load(), null, text);
    t.equal(log.lines[0]?.level, 'warn');
  }
});

t.test('where it cannot be saved that is said once, and again when it could be meanwhile', async t => {
  const log = keepLog();
  const directory = join(t.testdir({}), 'data');
  const file = new StateFile(directory, log);
  t.equal(await file.save(state), false);
  t.equal(await file.save(state), false);
  t.match(log.lines, [{ level: 'error', facts: { code: 'ENOENT' } }]);
  t.equal(log.lines.length, 1);
  await mkdir(directory);
  t.equal(await file.save(state), true);
  await rm(directory, { recursive: true });
  t.equal(await file.save(state), false);
  t.equal(log.lines.length, 2);
});

t.test('numbers only grow: over restarts, a lost file, a clock set back and a full disk', async t => {
  const directory = t.testdir({});
  const seen: number[] = [];
  const take = async (now: number, above = 0, count = 3): Promise<void> => {
    const sequence = await Sequence.open(directory, above, now);
    for (let index = 0; index < count; index += 1) seen.push(await sequence.take());
  };
  await take(5000);
  t.same(seen, [5000, 5001, 5002], 'the first from the clock');
  await take(100, 0, 1500);
  await take(100, 90_000);
  await writeFile(join(directory, 'sequence'), 'damaged');
  await take(200_000);
  t.same(
    seen,
    [...new Set(seen)].sort((a, b) => a - b),
  );
  t.ok(Number(await readFile(join(directory, 'sequence'), 'utf8')) > Math.max(...seen), 'the bound is above them all');
  const nowhere = await Sequence.open('/nowhere', 0, 7);
  t.same([await nowhere.take(), await nowhere.take()], [7, 8]);
  t.equal(await (await Sequence.open('/nowhere', 9, 7)).take(), 10, 'above those that still wait');
});

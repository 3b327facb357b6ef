import { join } from 'node:path';
import t from 'tap';
import { findJournalDirectory, readMachineId } from '../../../src/agent/journal/place.ts';

const id = '3d1219c7c4c5404aaa1f6d2a48adfda4';
const other = 'aaaa19c7c4c5404aaa1f6d2a48adfda4';
const machine = { etc: { 'machine-id': `${id}\n` } };
const files = (): object => ({ 'system.journal': '' });

t.test('the node’s own journal is found below its root', async t => {
  const cases: [string, object, string | null][] = [
    [
      'the persistent one',
      { ...machine, var: { log: { journal: { [id]: files(), [other]: files() } } } },
      `var/log/journal/${id}`,
    ],
    ['the volatile one', { ...machine, run: { log: { journal: { [id]: files() } } } }, `run/log/journal/${id}`],
    [
      'the volatile one until journald is flushed',
      { ...machine, var: { log: { journal: { [id]: {} } } }, run: { log: { journal: { [id]: files() } } } },
      `run/log/journal/${id}`,
    ],
    ['an empty one, to wait in', { ...machine, var: { log: { journal: { [id]: {} } } } }, `var/log/journal/${id}`],
    ['never another machine’s', { ...machine, var: { log: { journal: { [other]: files() } } } }, null],
    [
      'all there are, where the node has no machine id',
      { var: { log: { journal: { [other]: files() } } } },
      'var/log/journal',
    ],
    ['none', machine, null],
  ];
  for (const [title, tree, wanted] of cases) {
    const root = t.testdir(structuredClone(tree) as Parameters<typeof t.testdir>[0]);
    t.equal(await findJournalDirectory(root, null), wanted === null ? null : join(root, wanted), title);
  }
});

t.test('a given directory is taken once it is there', async t => {
  const root = t.testdir({ given: {}, file: '' });
  t.equal(await findJournalDirectory('/', join(root, 'given')), join(root, 'given'));
  t.equal(await findJournalDirectory('/', join(root, 'later')), null);
  t.equal(await findJournalDirectory('/', join(root, 'file')), null);
});

t.test('a machine id is 32 hexadecimal digits', async t => {
  t.equal(await readMachineId(t.testdir(structuredClone(machine))), id);
  for (const text of ['', 'uninitialized\n', `${id}0`, '../../etc'])
    t.equal(await readMachineId(t.testdir({ etc: { 'machine-id': text } })), null, text);
  t.equal(await readMachineId('/nowhere'), null);
});

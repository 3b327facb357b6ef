import { join } from 'node:path';
import t from 'tap';
import { followJournal, newestEntry, type JournalStart } from '../../../src/agent/journal/journalctl.ts';
import { readJournalEntry, type JournalEntry } from '../../../src/parse/journal-entry.ts';
import { pullLinePattern } from '../../../src/parse/log-pattern.ts';
import { until } from '../../house/until.ts';
import { journalOf } from './journal-file.ts';

const failure = (pod: string): string =>
  `E1121 22:41:53.635421    4312 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"x\\"" pod="default/${pod}" podUID="u"`;
const noise = 'I1121 22:41:53.189124    4312 kubelet.go:2724] "SyncLoop ADD" source="api" pods=["default/a"]';

const start = 1_795_300_900;
const journal = await journalOf([
  { unit: 'kubelet.service', boot: 'a', at: start, message: failure('one') },
  { unit: 'kubelet.service', boot: 'a', at: start + 1, message: noise },
  { unit: 'ssh.service', boot: 'a', at: start + 2, message: failure('no-kubelet') },
  { unit: 'kubelet.service', boot: 'b', at: start + 3, message: failure('two') },
  { unit: 'kubelet.service', boot: 'b', at: start + 4, message: `E ${'x'.repeat(40_000)} Failed to pull image` },
  { unit: 'kubelet.service', boot: 'b', at: start + 5, message: noise },
]);
t.teardown(journal.remove);
const place = { directory: journal.directory, units: ['kubelet', 'containerd'], pattern: pullLinePattern };

/** Follows until so many entries came. */
const followed = async (from: JournalStart, count: number): Promise<JournalEntry[]> => {
  const stop = new AbortController();
  const entries: JournalEntry[] = [];
  const end = followJournal(place, from, {
    signal: stop.signal,
    onLine: line => {
      const entry = readJournalEntry(line);
      if (entry) entries.push(entry);
    },
    onLost: () => undefined,
  });
  await until(`${count} entries`, () => entries.length >= count);
  // One more would come at once.
  await new Promise(resolve => setTimeout(resolve, 200));
  stop.abort();
  await end;
  return entries;
};
const podsIn = (entries: JournalEntry[]): string[] =>
  entries.map(({ message }) => /pod="default\/([\w-]+)"/.exec(message ?? '')?.[1] ?? `${message?.length ?? 0}`);

t.test('only wanted lines of wanted units come, of all boots, and long ones whole', async t => {
  t.same(podsIn(await followed('oldest', 3)), ['one', 'two', '40023']);
});

t.test('it begins at a time or at an entry', async t => {
  t.same(podsIn(await followed({ sinceMs: (start + 3) * 1000 + 999 }, 2)), ['two', '40023'], 'whole seconds');
  const [, two] = await followed('oldest', 3);
  t.same(podsIn(await followed({ cursor: two?.cursor ?? '' }, 2)), ['two', '40023'], 'the entry itself included');
});

t.test('the newest entry of the units is told, wanted or not', async t => {
  const { entry, end } = await newestEntry(place, new AbortController().signal);
  t.match(entry, { at: (start + 5) * 1000 });
  t.match(end, { code: 0, missing: false });
  const matching = await newestEntry(place, new AbortController().signal, 'Error syncing pod');
  t.match(matching.entry, { at: (start + 3) * 1000 }, 'or the newest that matches, over boots');
  t.match(matching.entry?.message, 'two');
  t.equal((await newestEntry(place, new AbortController().signal, 'Kubelet version')).entry, null);
  const none = await newestEntry({ ...place, units: ['crio'] }, new AbortController().signal);
  t.match(none, { entry: null, end: { code: 0 } });
});

t.test('how journalctl ended is told in its own words', async t => {
  const child = { signal: new AbortController().signal, onLine: () => undefined, onLost: () => undefined };
  const gone = await followJournal({ ...place, directory: join(journal.directory, 'nowhere') }, 'oldest', child);
  t.match(gone, { code: 1, missing: false, stderr: /nowhere/ });
  t.match(await followJournal(place, { cursor: 'x' }, child), { code: 1, stderr: /cursor/ });
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  t.teardown(() => (process.env['PATH'] = path));
  t.match(await followJournal(place, 'oldest', child), { missing: true });
});

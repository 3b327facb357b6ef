import t from 'tap';
import { JournalWatch, type JournalWatchOptions } from '../../src/agent/journal-watch.ts';
import { Metrics } from '../../src/agent/metrics.ts';
import { NodeState } from '../../src/agent/node-state.ts';
import type { NewFailure } from '../../src/agent/journal-watch.ts';
import { StateFile } from '../../src/agent/state-file.ts';
import type { LedgerChange } from '../../src/diagnose/pull-notes.ts';
import { keepLog, optionsOf } from './fixture.ts';
import { until } from '../house/until.ts';
import { journalOf, type JournalFile, type Line } from './journal/journal-file.ts';

const first = 1_795_300_900;
const line = (seconds: number, message: string): Line => ({
  ...{ unit: 'kubelet.service', boot: 'a', at: first + seconds, message },
});
const failure = (pod: string, seconds: number): Line =>
  line(
    seconds,
    `E1121 22:41:53.635421    4312 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with ErrImagePull: \\"failed to do request: Head \\\\\\"https://x.test/v2/y/manifests/1\\\\\\": dial tcp: lookup x.test: no such host\\"" pod="d/${pod}" podUID="u"`,
  );

const watch = async (journal: JournalFile, dataDir: string, more: Partial<JournalWatchOptions> = {}) => {
  const log = keepLog();
  const stateFile = new StateFile(dataDir, log);
  const saved = await stateFile.load();
  const state = new NodeState({ uid: 'u', name: 'n' }, saved?.ledger ?? null);
  const failures: NewFailure[] = [];
  const changes: LedgerChange[] = [];
  const metrics = new Metrics('n');
  const watched = new JournalWatch({
    options: optionsOf([`--journal-dir=${journal.directory}`]),
    ...{ cursor: saved?.cursor ?? null, state, stateFile, metrics, log },
    onFailure: one => failures.push(one),
    onChange: change => changes.push(change),
    ...more,
  });
  const stop = new AbortController();
  const running = watched.run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  const pods = (): string[] => state.report(0).pulls.map(pull => pull.pod);
  return { watched, state, failures, changes, metrics, log, pods, end };
};

t.test('lines become pulls; a stop saves, and a start goes on without reading twice', async t => {
  const dataDir = t.testdir({});
  const journal = await journalOf([failure('a', 1), failure('a', 20)]);
  t.teardown(journal.remove);
  const one = await watch(journal, dataDir);
  await until('both attempts', () => one.state.report(0).pulls[0]?.attempts === 2);
  t.same(
    one.failures.map(({ image, cause }) => [image, cause]),
    [['', 'dns-failure']],
    'new once',
  );
  t.match(one.metrics.text(), 'pullpath_journal_lines_total 2\n');
  await one.end();

  journal.append([failure('a', 60), failure('b', 61)]);
  const two = await watch(journal, dataDir);
  t.same(two.pods(), ['a'], 'known before a line is read');
  await until('the second pod', () => two.pods().length === 2);
  t.equal(two.state.report(0).pulls[0]?.attempts, 3);
  t.equal(two.state.report(0).checks[0]?.id, 'node.journal');
  await two.end();
});

t.test('a pull that the journal has passed by in silence is closed, in an old journal too', async t => {
  const journal = await journalOf([failure('gone', 1), failure('still', 2)]);
  t.teardown(journal.remove);
  const one = await watch(journal, t.testdir({}));
  await until('both', () => one.pods().length === 2);
  await one.end();
  t.equal(one.pods().length, 2, 'a journal that stops proves nothing');

  // Lines that are none of ours move the journal on.
  journal.append([line(700, 'I1122 something else')]);
  const two = await watch(journal, t.testdir({}));
  await until('the silence', () => two.changes.includes('changed') && two.pods().length === 0);
  await two.end();
});

t.test('a fault on one line is logged and counted, and the next is read', async t => {
  const journal = await journalOf([failure('a', 1), failure('b', 2)]);
  t.teardown(journal.remove);
  let faults = 1;
  const one = await watch(journal, t.testdir({}), {
    onFailure: () => {
      if (faults-- > 0) throw new Error('a fault of ours');
    },
  });
  await until('both', () => one.pods().length === 2);
  t.match(one.log.lines.find(({ level }) => level === 'error')?.facts, { error: /a fault of ours/ });
  t.equal(one.state.dropped.lines, 1);
  await one.end();
});

t.test('a log file is followed in the journal’s place', async t => {
  const directory = t.testdir({ 'kubelet.log': `${String(failure('a', 1).message)}\n` });
  const journal = await journalOf([]);
  t.teardown(journal.remove);
  const options = optionsOf([`--kubelet-log-file=${directory}/kubelet.log`]);
  const one = await watch(journal, directory, { options });
  await until('the pull', () => one.pods().length === 1);
  t.equal(one.watched.status(), 'following');
  await one.end();
});

const started = (version: string, seconds: number): Line =>
  line(seconds, `I1121 22:41:44.874578    4312 server.go:545] "Kubelet version" kubeletVersion="${version}"`);

t.test('the kubelet’s version is that of its last start, however long ago, and a later start changes it', async t => {
  const journal = await journalOf([started('v1.35.1', 1), started('v1.36.2', 2), failure('a', 90_000)]);
  t.teardown(journal.remove);
  const { state, end } = await watch(journal, t.testdir({}), {
    options: optionsOf([`--journal-dir=${journal.directory}`, '--journal-lookback=10m']),
  });
  await until('the version', () => state.report(0).kubelet !== null);
  t.same(state.report(0).kubelet, { version: 'v1.36.2' }, 'from before what is read');
  journal.append([started('v1.36.4', 90_010)]);
  await until('the new version', () => state.report(0).kubelet?.version === 'v1.36.4');
  await end();
});

t.test('where the journal no longer has the kubelet’s start its version is not known', async t => {
  const journal = await journalOf([failure('a', 1)]);
  t.teardown(journal.remove);
  const { state, pods, end } = await watch(journal, t.testdir({}));
  await until('the pull', () => pods().length === 1);
  t.equal(state.report(0).kubelet, null);
  await end();
});

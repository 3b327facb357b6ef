import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { Reporter, type ReporterOptions } from '../../src/agent/reporter.ts';
import { Spool } from '../../src/agent/spool.ts';
import { Sequence } from '../../src/agent/state-file.ts';
import { limits } from '../../src/model/limits.ts';
import type { Report, ReportState } from '../../src/model/report.ts';
import { parseReport } from '../../src/wire/report-schema.ts';
import { keepLog, temporaryDirectory } from './fixture.ts';
import { until } from '../house/until.ts';

const empty: ReportState = { runtime: null, checks: [], pulls: [], findings: [], retries: [] };

const start = async (t: { teardown: (undo: () => Promise<void>) => void }, more: Partial<ReporterOptions> = {}) => {
  const { path, remove } = await temporaryDirectory();
  const reports: (Report & { at: number })[] = [];
  const log = keepLog();
  const spool = await Spool.open({ directory: join(path, 's'), maxBytes: 1e7, log, onDropped: () => undefined });
  const reporter = new Reporter({
    node: { name: 'n', uid: 'u', bootId: 'b' },
    ...{ spool, log, sequence: await Sequence.open(path, 0, 1000), heartbeatMs: 60_000 },
    state: () => empty,
    dropped: () => ({ reports: 0, lines: 0, pulls: 0 }),
    onSpooled: () => {
      void (async () => {
        for (let next = await spool.next(); next !== null; next = await spool.next()) {
          const json = gunzipSync(next.body).toString();
          if (!parseReport(json).ok) throw new Error(`the aggregator would refuse ${json}`);
          reports.push({ ...(JSON.parse(json) as Report), at: Date.now() });
          await spool.remove(next.seq);
        }
      })();
    },
    ...{ now: Date.now, random: () => 0 },
    ...more,
  });
  reporter.start();
  t.teardown(async () => {
    await reporter.stop();
    await remove();
  });
  return { reporter, reports, log };
};

t.test('changes that come together are one full report', async t => {
  const { reporter, reports } = await start(t);
  for (let index = 0; index < 50; index += 1) reporter.changed('changed');
  await until('the report', () => reports.length > 0);
  await new Promise(resolve => setTimeout(resolve, 3 * limits.reportGapMs));
  t.match(reports, [{ kind: 'full', seq: 1000 }]);
});

t.test('full reports keep their distance while changes go on', async t => {
  const { reporter, reports } = await start(t);
  const changing = setInterval(() => reporter.changed('changed'), 5);
  await until('some reports', () => reports.length >= 4);
  clearInterval(changing);
  const [first, , , fourth] = reports;
  t.ok((fourth?.sentAt ?? 0) - (first?.sentAt ?? 0) > 2 * limits.reportGapMs, 'and not one for each of 100 changes');
});

t.test('where nothing changes a heartbeat names the full report it confirms', async t => {
  const { reports } = await start(t, { heartbeatMs: 500 });
  await until('three', () => reports.length >= 3);
  const [full, ...beats] = reports;
  t.match(full, { kind: 'full' });
  for (const beat of beats) t.match(beat, { kind: 'heartbeat', fullSeq: full?.seq });
});

t.test('what was merely seen again goes with the next heartbeat, as a full report', async t => {
  const { reporter, reports } = await start(t, { heartbeatMs: 700 });
  const full = (): number => reports.filter(({ kind }) => kind === 'full').length;
  await until('the first', () => full() === 1);
  reporter.changed('none');
  await until('the heartbeat', () => reports.length >= 2);
  t.equal(full(), 1, 'as before');
  reporter.changed('seen');
  await until('the next', () => full() === 2);
  const next = reports.length;
  await until('a heartbeat of it', () => reports.length > next);
  t.equal(full(), 2, 'once');
});

t.test('a new pull makes a full report of a heartbeat, at most one in minutes, and rides with any other', async t => {
  const clock = { ahead: 0 };
  const { reporter, reports } = await start(t, { heartbeatMs: 500, now: () => Date.now() + clock.ahead });
  const full = (): number => reports.filter(({ kind }) => kind === 'full').length;
  const beats = async (count: number): Promise<void> => {
    const before = reports.length;
    await until('heartbeats', () => reports.length >= before + count);
  };
  await until('the first', () => full() === 1);
  reporter.changed('pulled');
  await beats(2);
  t.equal(full(), 1, 'just after a full report');
  clock.ahead = limits.reportPulledMs;
  await until('the next', () => full() === 2);
  await beats(2);
  t.equal(full(), 2, 'told once');
  clock.ahead *= 2;
  await beats(2);
  t.equal(full(), 2, 'nothing new to tell');
  reporter.changed('pulled');
  await until('the third', () => full() === 3);
  reporter.changed('pulled');
  reporter.changed('changed');
  await until('the fourth', () => full() === 4);
  clock.ahead *= 2;
  await beats(2);
  t.equal(full(), 4, 'it was told with the change');
});

t.test('nodes that pull at one time tell it one by one within minutes', async t => {
  const clock = { ahead: 0 };
  const given = { heartbeatMs: 500, now: () => Date.now() + clock.ahead, random: () => 0.5 };
  const { reporter, reports } = await start(t, given);
  const full = (): number => reports.filter(({ kind }) => kind === 'full').length;
  await until('the first', () => full() === 1);
  clock.ahead = 2 * limits.reportPulledMs;
  reporter.changed('pulled');
  await until('heartbeats', () => reports.length >= 4);
  t.equal(full(), 1);
  clock.ahead += limits.reportPulledMs / 2;
  await until('its turn', () => full() === 2);
});

t.test('a stop reports what was not reported yet, and nothing after', async t => {
  const { reporter, reports } = await start(t);
  reporter.changed('attempt');
  await reporter.stop();
  await until('it', () => reports.length === 1);
  reporter.changed('changed');
  await new Promise(resolve => setTimeout(resolve, 2 * limits.reportGapMs));
  t.equal(reports.length, 1);
  t.match(reporter.preview(), { kind: 'full', schema: 'pullpath.report/1' });
});

t.test('a size limit is kept, and said', async t => {
  const finding = { message: 'm'.repeat(4000), image: 'i', textCause: 'other', reason: 'r', namespace: 'n', pod: 'p' };
  const pull = {
    ...finding,
    podUid: null,
    container: 'c',
    attempts: 1,
    firstSeen: 1,
    lastSeen: 1,
    nextAttemptAt: null,
  };
  const pulls = Array.from({ length: 20 }, () => ({ ...pull, textCause: 'other' as const }));
  const { reporter, reports, log } = await start(t, { state: () => ({ ...empty, pulls }) });
  reporter.limitSize(20_000);
  reporter.changed('changed');
  await until('it', () => reports.length === 1);
  t.ok(JSON.stringify(reports[0]).length < 20_100);
  t.match(log.lines, [{ level: 'warn', message: /too large/ }]);
});

t.test('a fault while a report is made is logged, and the next one is made', async t => {
  let faults = 1;
  const state = (): ReportState => {
    if (faults-- > 0) throw new Error('a fault');
    return empty;
  };
  const { reporter, reports, log } = await start(t, { state });
  reporter.changed('changed');
  await until('the log', () => log.lines.length === 1);
  reporter.changed('changed');
  await until('the report', () => reports.length === 1);
  t.match(reports[0], { kind: 'full' });
});

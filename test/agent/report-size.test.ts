import { fc } from '../house/property.ts';
import t from 'tap';
import { fitReport } from '../../src/agent/report-size.ts';
import { findingsOf } from '../../src/diagnose/findings.ts';
import { limits } from '../../src/model/limits.ts';
import type { ReportedCheck } from '../../src/model/check.ts';
import type { FullReport, OpenPull } from '../../src/model/report.ts';
import { parseReport } from '../../src/wire/report-schema.ts';

const reportOf = (count: number, message: string): FullReport => {
  const pulls = Array.from({ length: count }, (_, index): OpenPull => ({
    ...{ image: `x.test/y:${index}`, namespace: 'd', pod: `p${index}`, podUid: null, container: 'c' },
    ...{
      reason: 'ErrImagePull',
      textCause: 'other',
      message,
      attempts: 1,
      firstSeen: 1,
      lastSeen: 1,
      nextAttemptAt: null,
    },
  }));
  return {
    schema: 'pullpath.report/1',
    node: { name: 'n', uid: 'u', bootId: 'b' },
    ...{ seq: 1, sentAt: 1, agent: { version: '0' }, dropped: { reports: 0, lines: 0, pulls: 0 }, kind: 'full' },
    ...{ runtime: null, checks: [], retries: [], pulls },
    findings: findingsOf(
      { uid: 'u', name: 'n' },
      pulls.map(pull => ({ pull, missingSecret: null })),
    ),
  };
};

t.test('a report that fits is sent as it is', t => {
  const report = reportOf(3, 'short');
  t.match(fitReport(report, limits.reportBytes), { json: JSON.stringify(report), shrunk: false });
  t.end();
});

const checksOf = (registries: number): ReportedCheck[] => [
  { id: 'runtime.cri', stage: 'runtime', outcome: 'pass', code: null, ms: 1, detail: 'well' },
  ...Array.from({ length: registries * 14 }, (_, index): ReportedCheck => ({
    ...{ id: `step.${index % 14}`, stage: 'tls', ms: 1, detail: 'd'.repeat(100), facts: { chain: 'c'.repeat(1000) } },
    ...(index % 14 === 0 ? { outcome: 'fail', code: 'tls-expired' } : { outcome: 'pass', code: null }),
    ...{ registry: `r${Math.floor(index / 14)}.test`, host: `r${Math.floor(index / 14)}.test`, at: 1 },
  })),
];

t.test('of checks the facts of what passed go first, then what passed; the node’s own stay', t => {
  const report = { ...reportOf(3, 'm'), checks: checksOf(60) };
  const whole = JSON.stringify(report).length;
  const lean = JSON.parse(fitReport(report, whole - 1).json) as FullReport;
  t.equal(lean.checks.length, report.checks.length);
  t.equal(lean.checks.filter(check => check.facts !== undefined).length, 60, 'what failed keeps its facts');
  const leaner = JSON.parse(fitReport(report, 60_000).json) as FullReport;
  t.equal(leaner.findings.length, 3);
  t.same(leaner.checks[0], report.checks[0]);
  t.ok(leaner.checks.slice(1).every(check => check.outcome === 'fail'));
  const least = fitReport({ ...reportOf(0, ''), checks: checksOf(350) }, 8192);
  t.ok(least.fits);
  t.equal((JSON.parse(least.json) as FullReport).checks.length, 21);
  t.end();
});

t.test('what goes first can be told from the rest; pulls that are left out are counted', t => {
  const report = reportOf(200, 'm'.repeat(4000));
  const some = JSON.parse(fitReport(report, 600_000).json) as FullReport;
  t.equal(some.pulls.length, 200);
  t.equal(some.findings.length, 200);
  t.equal(some.dropped.pulls, 0);
  const few = JSON.parse(fitReport(report, 100_000).json) as FullReport;
  t.ok(few.pulls.length < 200);
  t.equal(few.dropped.pulls, 200 - few.pulls.length);
  t.end();
});

t.test('the largest that a node can have becomes one that the aggregator takes', t => {
  const { json, shrunk } = fitReport(reportOf(limits.openPulls, '€'.repeat(1365)), limits.reportBytes);
  t.ok(shrunk);
  t.ok(Buffer.byteLength(json) <= limits.reportBytes, `${Buffer.byteLength(json)} bytes`);
  t.match(parseReport(json), { ok: true });
  t.end();
});

t.test('it never grows, and stays a report', t => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 200_000 }),
      fc.string(),
      (count, max, text) => {
        const report = reportOf(count, text);
        const { json } = fitReport(report, max);
        return json.length <= JSON.stringify(report).length && parseReport(json).ok;
      },
    ),
    { numRuns: 30 },
  );
  t.end();
});

t.test('images that were pulled go before any word of what fails', t => {
  const pulled = Array.from({ length: limits.pulledImages }, (_, at) => ({ image: `r.test/some/image:${at}`, at }));
  const report = { ...reportOf(3, 'why it fails'), pulled };
  const { report: fits } = fitReport(report, JSON.stringify(report).length - 1);
  t.same(fits.pulled, []);
  t.same(fits.pulls, report.pulls);
  t.same(fits.findings, report.findings);
  t.end();
});

import type { ReportedCheck } from '../model/check.ts';
import type { FullReport, OpenPull } from '../model/report.ts';
import type { Finding } from '../model/finding.ts';

type Step = (report: FullReport) => FullReport;

const eachText = (report: FullReport, max: number): FullReport => ({
  ...report,
  pulls: report.pulls.map((pull): OpenPull => ({ ...pull, message: pull.message.slice(0, max) })),
  findings: report.findings.map((finding): Finding => ({ ...finding, message: finding.message.slice(0, max) })),
});

const fewer =
  (max: { pulls: number; findings: number; pods: number }): Step =>
  report => {
    const kept = report.pulls.slice(0, max.pulls);
    const findings = report.findings
      .slice(0, max.findings)
      .map((finding): Finding => ({ ...finding, pods: finding.pods.slice(0, max.pods) }));
    const lost = report.pulls.length - kept.length;
    return { ...report, pulls: kept, findings, dropped: { ...report.dropped, pulls: report.dropped.pulls + lost } };
  };

/** What a check saw is for whoever looks deeper; that it passed, and how long it took, is enough to go on with. */
const withoutFacts = (check: ReportedCheck): ReportedCheck => {
  const lean = { ...check, detail: check.detail.slice(0, 256) };
  delete lean.facts;
  return lean;
};

const eachCheck = (report: FullReport, change: (check: ReportedCheck) => ReportedCheck): FullReport => ({
  ...report,
  checks: report.checks.map(change),
});

const isOfNode = ({ registry, host }: ReportedCheck): boolean => registry === undefined && host === undefined;

/** The node's own checks stay, then come those that failed; what is left out is `unknown` to the reader, never well. */
const fewerChecks =
  (max: number): Step =>
  report => {
    const own = report.checks.filter(isOfNode);
    const rest = report.checks.filter(check => !isOfNode(check));
    const failed = rest.filter(check => check.outcome === 'fail');
    return { ...report, checks: [...own, ...failed.slice(0, max)].map(withoutFacts) };
  };

/** What goes first when a report is too big: what others can tell again, then what repeats, then the tail of the lists. */
const steps: Step[] = [
  report => eachCheck(report, check => (check.outcome === 'fail' ? check : withoutFacts(check))),
  report => ({ ...report, pulled: [] }),
  report => eachText(report, 1024),
  report => ({ ...report, pulls: report.pulls.map(pull => ({ ...pull, message: '' })) }),
  report => eachText(report, 256),
  report => ({
    ...report,
    retries: [],
    findings: report.findings.map(finding => ({ ...finding, fix: [], checklist: [] })),
  }),
  report => eachCheck(report, withoutFacts),
  fewerChecks(500),
  fewer({ pulls: 500, findings: 500, pods: 100 }),
  fewer({ pulls: 100, findings: 100, pods: 10 }),
  fewerChecks(20),
  fewer({ pulls: 10, findings: 20, pods: 1 }),
];

/** The report in at most `maxBytes` of JSON, as much of it as fits; `shrunk` says whether anything had to go. */
export const fitReport = (
  report: FullReport,
  maxBytes: number,
): { json: string; report: FullReport; shrunk: boolean; fits: boolean } => {
  let current = report;
  let json = JSON.stringify(current);
  let shrunk = false;
  for (const step of steps) {
    if (Buffer.byteLength(json) <= maxBytes) break;
    current = step(current);
    json = JSON.stringify(current);
    shrunk = true;
  }
  return { json, report: current, shrunk, fits: Buffer.byteLength(json) <= maxBytes };
};

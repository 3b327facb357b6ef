import t from 'tap';
import { Metrics, type MetricName } from '../../src/agent/metrics.ts';
import { checkMetrics, withoutPromtool } from '../lab/promtool.ts';

t.test('the text is Prometheus’ format', t => {
  const metrics = new Metrics('n1');
  metrics.add('pullpath_retries_total', { outcome: 'pulled' });
  metrics.add('pullpath_retries_total', { outcome: 'pulled' }, 2);
  metrics.set('pullpath_journal_lag_seconds', {}, 0.25);
  metrics.set('pullpath_findings', { cause: 'a"b\\c\nd' }, 1);
  const text = metrics.text();
  t.match(text, '# TYPE pullpath_retries_total counter\npullpath_retries_total{outcome="pulled"} 3\n');
  t.match(text, '# TYPE pullpath_journal_lag_seconds gauge\npullpath_journal_lag_seconds 0.25\n');
  t.match(text, 'pullpath_findings{cause="a\\"b\\\\c\\nd"} 1\n');
  t.match(text, /^pullpath_build_info\{version="[\d.]+",node="n1"\} 1$/m);
  t.notMatch(text, 'pullpath_spool_bytes', 'nothing is said of what was never measured');
  for (const line of text.trim().split('\n')) t.match(line, /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{.+\})? [\d.e+-]+)$/);
  t.end();
});

t.test('series are bounded and can be forgotten', t => {
  const metrics = new Metrics('n1');
  for (let index = 0; index < 5000; index += 1) {
    metrics.add('pullpath_findings', { registry: `r${index}` });
    metrics.set('pullpath_check_outcome', { check: `c${index}` }, 1);
  }
  metrics.add('pullpath_findings', { registry: 'r1' });
  t.ok(metrics.text().split('\n').length < 4010);
  t.match(metrics.text(), 'pullpath_findings{registry="r1"} 2\n', 'those known go on');
  metrics.clear('pullpath_findings');
  t.notMatch(metrics.text(), 'pullpath_findings{');
  t.end();
});

const where = { registry: 'r.example', host: 'r.example' };
const all: Record<MetricName, Record<string, string>> = {
  pullpath_build_info: { version: '0.0.0', node: 'n1' },
  pullpath_findings: { cause: 'a"b\\c\nd', registry: 'r.example', scope: 'node' },
  pullpath_pull_failures_total: { cause: 'other', registry: 'r.example' },
  pullpath_unclassified_total: {},
  pullpath_retries_total: { outcome: 'pulled' },
  pullpath_check_outcome: { ...where, check: 'tcp.connect' },
  pullpath_check_duration_seconds: { ...where, check: 'tcp.connect' },
  pullpath_certificate_expiry_timestamp_seconds: where,
  pullpath_rate_limit_remaining: where,
  pullpath_clock_skew_seconds: { node: 'n1' },
  pullpath_journal_lag_seconds: {},
  pullpath_journal_lines_total: {},
  pullpath_lines_dropped_total: {},
  pullpath_spool_bytes: {},
  pullpath_spool_reports: {},
  pullpath_spool_disk_full: {},
  pullpath_reports_dropped_total: {},
};

t.test('promtool has nothing to say of any of them', { skip: withoutPromtool }, t => {
  const metrics = new Metrics('n1');
  for (const [name, labels] of Object.entries(all)) metrics.set(name as MetricName, labels, 1.5);
  const text = metrics.text();
  t.equal([...text.matchAll(/^# TYPE /gm)].length, Object.keys(all).length);
  t.equal(checkMetrics(text), '');
  t.not(checkMetrics(text.replaceAll('pullpath_unclassified_total', 'pullpathUnclassified')), '', 'it would say so');
  t.end();
});

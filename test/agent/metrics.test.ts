import t from 'tap';
import { Metrics } from '../../src/agent/metrics.ts';

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

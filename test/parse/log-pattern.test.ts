import t from 'tap';
import { readLogLine } from '../../src/parse/log-line.ts';
import { pullLinePattern } from '../../src/parse/log-pattern.ts';
import { recordedLines, recordings } from '../recording/lines.ts';

const pattern = new RegExp(pullLinePattern);

t.test('of an ordinary node’s lines few pass', t => {
  const ordinary = [
    'I1121 22:41:53.169430    4312 kubelet.go:2752] "SyncLoop (PLEG): event for pod" pod="default/ok" event={"Type":"ContainerStarted"}',
    'E1121 22:41:53.635421    4312 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with CrashLoopBackOff: \\"back-off 5m0s\\"" pod="default/x" podUID="1"',
    'I1121 22:41:44.868827    4312 flags.go:64] FLAG: --serialize-image-pulls="true"',
    'time="2026-11-21T22:46:48.1Z" level=info msg="stop pulling image x: active requests=0, bytes read=0"',
  ];
  for (const line of ordinary) t.notMatch(line, pattern);
  for (const name of recordings) {
    const lines = recordedLines(name).filter(
      line => !/pull|fetch|next host|Error syncing|Observed|Unhandled|Kubelet version/i.test(line),
    );
    t.ok(lines.length > 700, `${name} has ${lines.length} lines of other matters`);
    t.same(
      lines.filter(line => pattern.test(line)),
      [],
    );
  }
  t.end();
});

t.test('every recorded line that says something of a pull passes', t => {
  const anyPattern = /PullImage|Failed to pull|fetch failed|trying next|pull secret|Observed pod|Error syncing/;
  for (const name of recordings) {
    const wanted = recordedLines(name).filter(line => anyPattern.test(line));
    t.ok(wanted.length > 600);
    t.same(
      wanted.filter(line => !pattern.test(line) && !line.includes('CrashLoopBackOff')),
      [],
      name,
    );
    for (const line of wanted) t.equal(readLogLine(line, 0).torn, false);
  }
  t.end();
});

t.test('the parts of a multi-line value pass too', t => {
  t.match('\trpc error: code = Unknown desc = x', pattern);
  t.match(' > image="r/x:1"', pattern);
  t.end();
});

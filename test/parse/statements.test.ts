import t from 'tap';
import { readStatement, readStatements } from '../../src/parse/statements.ts';

const textsOf = (text: string, glue: ' ' | '' = ' '): string[] => readStatements(text, glue).map(one => one.text);

t.test('one record of each kind, whatever stands before it', t => {
  const cases: [string, string][] = [
    [
      'Nov 21 22:41:53 n kubelet[1]: E1121 22:41:53.6    1 x.go:2] "Failed to pull image" err="EOF" image="r/x:1"',
      'Failed to pull image: EOF',
    ],
    ['15542 kuberuntime_image.go:51] Pull image "r/x" failed: EOF', 'Pull image "r/x" failed: EOF'],
    ['kubelet_pods.go:897] "Unable to retrieve" err="no"', 'Unable to retrieve: no'],
    [
      'Nov 21 22:41:53 n containerd[1]: time="2026-11-21T22:46:48Z" level=error msg="PullImage" error="EOF"',
      'PullImage: EOF',
    ],
    ['INFO[0003] trying next host    error="EOF" host=k8s.gcr.io', 'trying next host: EOF'],
    ['FATA[0000] pulling image failed', 'pulling image failed'],
    ['user: warning: [2025]: level=info msg=fetch failed error=failed: EOF host=ghcr.io', 'fetch failed: failed: EOF'],
    ['{"ts":1,"msg":"M","err":"E"}', 'M: E'],
    ['│   Error: ErrImagePull', 'Error: ErrImagePull'],
  ];
  for (const [text, wanted] of cases) t.match(textsOf(text).join('|'), wanted, text);
  t.end();
});

t.test('lines that go on are joined, new records are not', t => {
  t.same(textsOf('docker: ApplyLayer exit status 1 stdout:  \nstderr: write /x: no space left on device'), [
    'docker: ApplyLayer exit status 1 stdout: stderr: write /x: no space left on device',
  ]);
  t.equal(textsOf('Error: one\nstderr: two').length, 2);
  t.same(textsOf('Failed to pull image "x":\n  failed to resolve:\n  EOF'), [
    'Failed to pull image "x": failed to resolve: EOF',
  ]);
  t.same(textsOf('Failed to pull ima\nge "x"', ''), ['Failed to pull image "x"']);
  t.equal(textsOf('  Normal  Pulling  1s  kubelet  Pulling\n  Warning  Failed  1s  kubelet  Failed\n').length, 2);
  t.equal(textsOf('shop  3m (x5 over 9m)  Warning  Failed  Pod/a  A\nshop  3m  Warning  Failed  Pod/b  B').length, 2);
  t.equal(textsOf('[+] Running 0/2\n ✘ db Error  manifest unknown\n ✘ web Error  denied').length, 3);
  t.same(textsOf(''), ['']);
  t.end();
});

t.test('the keys of a log line are kept', t => {
  const [one] = readStatements('level=info msg="fetch failed" error=EOF host="m:5000"', ' ');
  t.equal(one?.fields.get('host'), 'm:5000');
  t.same(readStatement('level=info msg="fetch failed" error=EOF host="m:5000"'), one);
  t.end();
});

t.test('a line of several records is left whole', t => {
  const logfmt = (text: string): string => `time="2026-11-21T22:46:48Z" level=error msg="${text}" error="EOF"`;
  const klog = 'E1121 22:41:53.6    1 x.go:2] "Failed to pull image" err="EOF" image="r/x:1"';
  const lines = [
    `${logfmt('a')} ${logfmt('b')}`,
    `Nov 21 22:41:53 n containerd[1]: ${logfmt('a')} ${logfmt('b')}`,
    `${klog} ${logfmt('a')}`,
    `Failed to pull image "r/y:1": EOF ${klog}`,
    `Failed to pull image "r/y:1": EOF ${logfmt('a')}`,
  ];
  for (const line of lines) t.same(readStatement(line), { text: line, fields: new Map() }, line);
  t.match(readStatement(`[ERROR ImagePull]: failed to pull image r/x:1: output: ${klog}`).fields.get('image'), 'r/x:1');
  t.end();
});

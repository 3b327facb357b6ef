import t from 'tap';
import { readLogRecord } from '../../src/parse/log-record.ts';

const fieldsOf = (line: string): Record<string, string> | string => {
  const record = readLogRecord(line);
  if (record === null) return 'none';
  return record.format === 'torn' ? 'torn' : { '': record.message, ...Object.fromEntries(record.fields) };
};

t.test('klog text: quoted, bare, bracketed and multi-line values, and a word before the header', t => {
  const header = 'E1121 22:41:53.635421    4312 pod_workers.go:1324] ';
  const cases: [string, Record<string, string>][] = [
    [`${header}"A" err="x \\"y\\"" pod="ns/p" n=3`, { '': 'A', err: 'x "y"', pod: 'ns/p', n: '3' }],
    [`kubelet ${header}"A" ok=true`, { '': 'A', ok: 'true' }],
    [
      `${header}"A" event={"ID":"a b","Data":["c"]} pods=["ns/p"]`,
      { '': 'A', event: '{"ID":"a b","Data":["c"]}', pods: '["ns/p"]' },
    ],
    [`${header}"A" err=<\n\tfirst\n\tsecond\n > image="r/x:1"`, { '': 'A', err: 'first\nsecond', image: 'r/x:1' }],
    [`${header}plain words err=1`, { '': 'plain words err=1' }],
    [`${header}"A" k="1" k="2"`, { '': 'A', k: '2' }],
  ];
  for (const [line, wanted] of cases) t.same(fieldsOf(line), wanted, line);
  t.end();
});

t.test('logfmt and JSON of both programs', t => {
  t.same(fieldsOf('time="2026-11-21T22:46:48.1Z" level=info msg="PullImage \\"x\\"" host="r:5000"'), {
    '': 'PullImage "x"',
    time: '2026-11-21T22:46:48.1Z',
    level: 'info',
    msg: 'PullImage "x"',
    host: 'r:5000',
  });
  const kubelet = { ts: 1.5, caller: 'a.go:1', msg: 'M', pod: { name: 'p', namespace: 'ns' }, err: 'e\nf' };
  t.same(fieldsOf(JSON.stringify(kubelet)), {
    '': 'M',
    ts: '1.5',
    caller: 'a.go:1',
    msg: 'M',
    pod: 'ns/p',
    err: 'e\nf',
  });
  const pods = { msg: 'SyncLoop DELETE', pods: [{ name: 'p', namespace: 'ns' }] };
  t.same(fieldsOf(JSON.stringify(pods)), { '': 'SyncLoop DELETE', msg: 'SyncLoop DELETE', pods: '["ns/p"]' });
  t.end();
});

t.test('what breaks off is torn, what is no record is none', t => {
  const torn = [
    'E1121 22:41:53.635421    4312 pod_workers.go:1324] "Error syncing pod, skip',
    'E1121 22:41:53.635421    4312 pod_workers.go:1324] "A" err="cut',
    'E1121 22:41:53.635421    4312 pod_workers.go:1324] "A" err=<',
    'E1121 22:41:53.63',
    'time="2026-11-21T22:46:48.1Z" level=info msg="Pull',
    'time="2026-11-21T22:46:48.1Z" level=info msg=fetch failed error=none',
    '{"msg":"cut',
  ];
  for (const line of torn) t.equal(fieldsOf(line), 'torn', line);
  for (const line of ['', 'Started kubelet.', '{"a":1}', 'E1121 nothing']) t.equal(fieldsOf(line), 'none', line);
  t.end();
});

import t from 'tap';
import { judgeWorkload } from '../../src/diagnose/workload.ts';
import type { SecretFacts, WorkloadFacts, WorkloadVerdict } from '../../src/model/workload.ts';

const facts = (given: Partial<WorkloadFacts> = {}): WorkloadFacts => ({
  namespace: 'prod',
  pod: 'api-1',
  container: 'api',
  image: 'reg.example/team/api:1',
  found: 'yes',
  pullPolicy: 'IfNotPresent',
  owner: { kind: 'Deployment', name: 'api' },
  serviceAccount: 'default',
  secrets: [],
  elsewhere: { runs: 'no', nodes: [] },
  unchecked: null,
  ...given,
});
const secret = (given: Partial<SecretFacts> = {}): SecretFacts => ({
  ...{ name: 'regcred', namedBy: 'pod', exists: 'yes', type: 'kubernetes.io/dockerconfigjson', readable: 'yes' },
  ...{ registries: ['reg.example'], entry: 'yes' },
  ...given,
});
const other = secret({ registries: ['other.example'], entry: 'no' });

t.test('each state of a workload has its verdict, its sentence and its fix', t => {
  const cases: [WorkloadFacts, WorkloadVerdict, RegExp, RegExp | null][] = [
    [facts({ found: 'no' }), 'pod-gone', /pod api-1 is gone/, null],
    [facts({ found: 'replaced' }), 'pod-gone', /replaced/, null],
    [facts({ found: 'not-checked', unchecked: 'HTTP 403' }), 'not-checked', /HTTP 403/, /describe pod api-1/],
    [
      facts(),
      'no-secret',
      /names no pull secret/,
      /create secret docker-registry regcred --docker-server=reg\.example/,
    ],
    [
      facts({ secrets: [secret({ namedBy: 'service account' })] }),
      'no-secret',
      /service account names regcred by now/,
      /^kubectl -n prod rollout restart deployment\/api$/,
    ],
    [
      facts({ secrets: [secret({ exists: 'no', type: null })] }),
      'secret-missing',
      /regcred is not there/,
      /create secret/,
    ],
    [
      facts({ secrets: [secret({ type: 'Opaque', readable: 'no' })] }),
      'secret-wrong-type',
      /type Opaque/,
      /delete secret regcred/,
    ],
    [
      facts({ secrets: [secret({ readable: 'no', entry: 'no' })] }),
      'secret-unreadable',
      /cannot be read/,
      /delete secret/,
    ],
    [
      facts({ secrets: [other] }),
      'secret-no-entry',
      /entries for other\.example, and none for reg\.example/,
      /docker-server=reg\.example/,
    ],
    [facts({ secrets: [secret()] }), 'secret-has-entry', /only the registry can say/, null],
    [facts({ secrets: [other, secret()] }), 'secret-has-entry', /has an entry/, null],
    [
      facts({
        secrets: [secret({ exists: 'not-checked', type: null, readable: 'not-checked', entry: 'not-checked' })],
      }),
      'secret-not-checked',
      /may not read secrets/,
      /get secret regcred .*jq '\.auths \| keys'/,
    ],
  ];
  for (const [given, verdict, says, run] of cases) {
    const judged = judgeWorkload(given, { node: 'node-a', checkedAt: 7 });
    t.equal(judged.verdict, verdict);
    t.match(judged.says, says);
    if (run === null) t.same(judged.fix, [], verdict);
    else
      t.ok(
        judged.fix.some(step => run.test(step.run ?? '')),
        `${verdict}: ${JSON.stringify(judged.fix)}`,
      );
    t.equal(judged.checkedAt, 7);
  }
  t.end();
});

t.test('no name from the cluster can become a command', t => {
  const evil = "x'; rm -rf / #";
  const given = facts({ secrets: [secret({ name: evil, exists: 'no' })], owner: { kind: 'Deployment', name: evil } });
  const { fix } = judgeWorkload(given, { node: 'n', checkedAt: 0 });
  for (const { run = '' } of fix) t.ok(!run.includes('rm -rf') || run.includes(`'x'\\''; rm -rf / #'`), run);
  t.end();
});

import t from 'tap';
import * as v from 'valibot';
import { judgeWorkload } from '../../src/diagnose/workload.ts';
import { workloadCheckSchema } from '../../src/wire/workload-schema.ts';

t.test('a check comes through as it is, and another is refused', t => {
  const check = judgeWorkload(
    {
      ...{ namespace: 'prod', pod: 'api-1', container: 'api', image: 'reg.example/a:1', found: 'yes' },
      ...{ pullPolicy: null, owner: { kind: 'Job', name: 'j' }, serviceAccount: 'default', unchecked: null },
      secrets: [
        {
          ...{ name: 's', namedBy: 'pod', exists: 'yes', type: 'Opaque', readable: 'no', registries: [], entry: 'no' },
        },
      ],
      elsewhere: { runs: 'yes', nodes: ['node-b'] },
    },
    { node: 'node-a', checkedAt: 7 },
  );
  t.same(v.parse(workloadCheckSchema, JSON.parse(JSON.stringify(check))), check);
  for (const wrong of [{ verdict: 'fine' }, { found: 'perhaps' }, { checkedAt: -1 }, { secrets: [{}] }])
    t.notOk(v.is(workloadCheckSchema, { ...check, ...wrong }), JSON.stringify(wrong));
  t.end();
});

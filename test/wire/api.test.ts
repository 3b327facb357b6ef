import t from 'tap';
import * as v from 'valibot';
import {
  findingAnswerSchema,
  findingDetailSchema,
  nodeAnswerSchema,
  nodeSummarySchema,
  pageSchema,
} from '../../src/wire/api.ts';
import { getAny, postReport, sampleFinding, sampleFull, sampleServer } from '../aggregator/sample.ts';

t.test('what the aggregator answers is what the schemas say, with nothing left over', async t => {
  const { app } = sampleServer(t);
  await postReport(app, sampleFull({}, { findings: [sampleFinding()] }));
  const cases: [v.GenericSchema, unknown][] = [
    [pageSchema(nodeSummarySchema), (await getAny(app, '/v1/nodes')).body],
    [nodeAnswerSchema, (await getAny(app, '/v1/nodes/node-1')).body],
    [pageSchema(findingAnswerSchema), (await getAny(app, '/v1/findings')).body],
    [findingDetailSchema, (await getAny(app, '/v1/findings/f-1')).body],
  ];
  for (const [schema, body] of cases) t.same(v.parse(schema, body), body);
});

t.test('an answer of a newer aggregator is read, one of something else is not', t => {
  const schema = pageSchema(v.object({ value: v.number() }));
  t.ok(v.is(schema, { items: [{ value: 1, more: 1 }], next: null, total: 1 }));
  for (const other of [null, [], {}, { items: {} }, { items: [], next: 1 }, { items: [{}], next: null }])
    t.notOk(v.is(schema, other), JSON.stringify(other));
  t.end();
});

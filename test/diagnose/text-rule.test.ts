import t from 'tap';
import { noCondition, partsHold, type Condition } from '../../src/diagnose/text-rule.ts';
import { readPullError } from '../../src/parse/pull-error.ts';

const error = readPullError({
  text: 'rpc error: code = Unknown desc = failed to resolve image: unexpected status from HEAD request to https://r.example/v2/a/manifests/1: 403 Forbidden',
  fields: new Map(),
});

t.test('a condition holds when everything it names does', t => {
  const cases: [Condition, boolean][] = [
    [{}, true],
    [{ status: [401, 403] }, true],
    [{ status: [401] }, false],
    [{ status: [403], role: ['registry'], grpc: ['unknown'] }, true],
    [{ status: [403], role: ['mirror'] }, false],
    [{ fault: ['timeout'] }, false],
    [{ lookup: false, proxy: false }, true],
    [{ lookup: true }, false],
    [{ proxy: true }, false],
    [{ plain: false }, true],
    [{ plain: true }, false],
    [{ code: ['denied'] }, false],
    [{ grpc: ['notfound'] }, false],
  ];
  for (const [when, wanted] of cases)
    t.equal(partsHold({ ...noCondition, ...when }, error), wanted, JSON.stringify(when));
  t.end();
});

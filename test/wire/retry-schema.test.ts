import t from 'tap';
import { readJson } from '../../src/wire/read-json.ts';
import { retryAnswerSchema, retryRequestSchema } from '../../src/wire/retry-schema.ts';

t.test('a request names an image and perhaps a node, and nothing else', t => {
  const reads = (value: unknown): boolean => readJson(JSON.stringify(value), retryRequestSchema).ok;
  t.ok(reads({ image: 'x:1' }));
  t.ok(reads({ image: 'x:1', node: 'n1' }));
  for (const bad of [
    {},
    { image: '' },
    { image: 'x', node: '' },
    { image: 'x', node: 'a b' },
    { image: 'x', other: 1 },
  ])
    t.notOk(reads(bad), JSON.stringify(bad));
  t.ok(readJson('{"image":"x","nodes":["a"],"later":1}', retryAnswerSchema).ok);
  t.end();
});

import { fc } from '../house/property.ts';
import t from 'tap';
import * as v from 'valibot';
import { readJson } from '../../src/wire/read-json.ts';

const schema = v.object({ node: v.object({ value: v.number() }) });

t.test('JSON is read as its schema has it', t => {
  t.same(readJson('{"node":{"value":1,"more":2}}', schema), { ok: true, value: { node: { value: 1 } } });
  t.end();
});

t.test('anything else says why, and never throws', t => {
  t.match(readJson('<html>', schema), { ok: false, why: 'its answer is no JSON' });
  t.match(readJson('[', schema, 'the body'), { ok: false, why: 'the body is no JSON' });
  t.match(readJson('{"node":{"value":"1"}}', schema), { ok: false, why: /^node\.value: / });
  t.match(readJson('null', schema), { ok: false, why: /^its answer: / });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), json => typeof readJson(json, schema).ok === 'boolean'));
  t.end();
});

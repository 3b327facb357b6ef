import { fc } from '../house/property.ts';
import t from 'tap';
import * as v from 'valibot';
import {
  choiceParameter,
  cursorOf,
  limitParameter,
  readQuery,
  rowCursor,
  textCursor,
  textParameter,
  timeParameter,
} from '../../src/aggregator/query.ts';

const schema = v.strictObject({
  name: v.optional(textParameter(5)),
  state: v.optional(choiceParameter(['open', 'closed'])),
  limit: v.optional(limitParameter),
  since: v.optional(timeParameter),
  row: v.optional(rowCursor),
  cursor: v.optional(textCursor),
});

t.test('good values are read', t => {
  const query = {
    name: 'abcde',
    state: 'closed',
    limit: '500',
    since: '2026-01-31T08:00:00+01:00',
    row: cursorOf('42'),
    cursor: cursorOf('node-ä'),
  };
  const values = { ...query, limit: 500, since: Date.parse('2026-01-31T07:00:00Z'), row: 42, cursor: 'node-ä' };
  t.same(readQuery(schema, query), { ok: true, values });
  t.same(readQuery(schema, {}), { ok: true, values: {} });
  t.match(readQuery(schema, { since: '1700000000000' }), { ok: true, values: { since: 1_700_000_000_000 } });
  t.end();
});

t.test('a bad value is refused by the name of its parameter', t => {
  const cases: [string, unknown][] = [
    ['name', ''],
    ['name', 'abcdef'],
    ['name', ['a', 'b']],
    ['state', 'ajar'],
    ['state', ''],
    ['state', ['open', 'open']],
    ...['0', '501', '-1', '1.5', '1e2', '', 'ten', ' 5'].map((text): [string, unknown] => ['limit', text]),
    ...['', 'yesterday', '-5', '2026-13-01T00:00:00Z', '2026-01-01', '9'.repeat(16)].map((text): [string, unknown] => [
      'since',
      text,
    ]),
    ...['', '42', '!', cursorOf('x'), cursorOf('-1'), 'a'.repeat(900)].map((text): [string, unknown] => ['row', text]),
    ['cursor', 'bm90IG91cnM'],
    ['colour', 'red'],
    ['__proto__x', 'red'],
    ['Limit', '5'],
  ];
  for (const [parameter, value] of cases) {
    const read = readQuery(schema, { [parameter]: value });
    t.match(
      read,
      { ok: false, problem: { code: 'query-invalid', status: 400, parameter } },
      `${parameter} ${String(value)}`,
    );
    if (!read.ok) t.match(read.problem.detail, parameter);
  }
  t.end();
});

t.test('a cursor gives back what it was made of, and other texts are none', t => {
  const only = v.strictObject({ cursor: textCursor });
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 100 }).filter(text => text.isWellFormed()),
      key => {
        const read = readQuery(only, { cursor: cursorOf(key) });
        return read.ok && read.values.cursor === key;
      },
    ),
  );
  fc.assert(fc.property(fc.string(), text => typeof readQuery(only, { cursor: text }).ok === 'boolean'));
  t.equal(cursorOf(null), null);
  t.end();
});

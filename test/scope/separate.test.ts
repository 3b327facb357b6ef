import t from 'tap';
import { fc } from '../house/property.ts';
import { chance, countTraits, separating } from '../../src/scope/separate.ts';
import { TraitTable } from '../../src/scope/trait-table.ts';

type Side = Record<string, string>[];

const tell = (failing: Side, passing: Side, faultClass = 'tcp', part = false): string[] => {
  const table = new TraitTable();
  const hold = (side: Side): { traits: Int32Array }[] =>
    side.map(one => ({ traits: table.hold(new Map(Object.entries(one))) }));
  const group = { registries: new Map([['r.example', 1]]) };
  const held = [hold(failing), hold(passing)] as const;
  const sides = { failing: countTraits(held[0], table), passing: countTraits(held[1], table) };
  return separating(sides, table, { faultClass, group }, part).map(({ name, value }) => `${name}=${value}`);
};

const many = (count: number, one: Record<string, string>): Side => Array.from({ length: count }, () => one);

t.test('what separates failing from passing nodes', t => {
  const cases: { name: string; told: string[]; expect: string[] }[] = [
    { name: 'a zone', told: tell(many(10, { zone: 'a' }), many(20, { zone: 'b' })), expect: ['zone=a'] },
    {
      name: 'nothing, where both sides have it',
      told: tell(many(10, { zone: 'a' }), many(20, { zone: 'a' })),
      expect: [],
    },
    { name: 'a lack', told: tell(many(10, {}), many(20, { proxy: 'p' })), expect: ['proxy=null'] },
    {
      name: 'a zone, though one in ten fails elsewhere',
      told: tell([...many(19, { zone: 'a' }), { zone: 'b' }], many(40, { zone: 'b' })),
      expect: ['zone=a'],
    },
    {
      name: 'not a zone of which many pass',
      told: tell(many(10, { zone: 'a' }), [...many(5, { zone: 'a' }), ...many(20, { zone: 'b' })]),
      expect: [],
    },
    {
      name: 'not a zone of two nodes out of three: chance',
      told: tell(many(2, { zone: 'a' }), many(1, { zone: 'b' })),
      expect: [],
    },
    {
      name: 'the setting that such a fault comes from, for one node already',
      told: tell(many(1, { 'ca:r.example': 'old' }), many(2, { 'ca:r.example': 'new' }), 'tls-unknown-authority'),
      expect: ['ca:r.example=old'],
    },
    {
      name: 'not the setting for another registry',
      told: tell(many(9, { 'ca:s.example': 'old' }), many(9, { 'ca:s.example': 'new' }), 'tls-unknown-authority'),
      expect: [],
    },
    {
      name: 'the relevant one first, of equals the place',
      told: tell(
        many(20, { kernel: 'k1', zone: 'a', nameservers: 'x' }),
        many(20, { kernel: 'k2', zone: 'b', nameservers: 'y' }),
        'dns-failure',
      ),
      expect: ['nameservers=x', 'zone=a', 'kernel=k1'],
    },
    { name: 'nothing, where nobody passes', told: tell(many(9, { zone: 'a' }), []), expect: [] },
  ];
  for (const { name, told, expect } of cases) t.same(told, expect, name);
  t.same(
    tell([...many(9, { zone: 'a' }), ...many(6, { zone: 'b' })], many(40, { zone: 'c' }), 'tcp', true),
    ['zone=a', 'zone=b'],
    'parts',
  );
  t.end();
});

t.test('the probability of chance is that of drawing', t => {
  t.ok(Math.abs(chance(2, 2, 2, 3) - 1 / 3) < 1e-9);
  t.ok(Math.abs(chance(1, 1, 5, 10) - 0.5) < 1e-9);
  t.ok(Math.abs(chance(0, 3, 2, 9) - 1) < 1e-9);
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(100), (group, failing, more) => {
      const total = Math.max(group, failing) + more;
      const odds = Array.from({ length: Math.min(group, failing) + 1 }, (_, hits) =>
        chance(hits, group, failing, total),
      );
      t.ok(odds.every((odd, at) => odd >= 0 && odd <= 1 && (at === 0 || odd <= (odds[at - 1] ?? 1) + 1e-9)));
    }),
    { numRuns: 100 },
  );
  t.end();
});

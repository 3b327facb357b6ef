import { fc } from '../../house/property.ts';
import t from 'tap';
import { highestSeen, withSeen } from '../../../src/aggregator/store/seen-numbers.ts';

t.test('numbers grow together into ranges', t => {
  const cases: [string, number, string | null][] = [
    ['', 0, '0'],
    ['', 7, '7'],
    ['7', 8, '7-8'],
    ['7', 6, '6-7'],
    ['7', 7, null],
    ['1-4,6-9', 5, '1-9'],
    ['1-4,6-9', 3, null],
    ['1-4,6-9', 6, null],
    ['1-4,7-9', 5, '1-5,7-9'],
    ['1-4,7-9', 6, '1-4,6-9'],
    ['5', 1, '1,5'],
    ['5', 9, '5,9'],
    ['1-2', Number.MAX_SAFE_INTEGER, `1-2,${Number.MAX_SAFE_INTEGER}`],
  ];
  for (const [text, number, wanted] of cases) t.equal(withSeen(text, number), wanted, `${text} with ${number}`);
  t.end();
});

t.test('the highest number is the end of the last range', t => {
  for (const [text, wanted] of [
    ['', -1],
    ['0', 0],
    ['1-4,6-9', 9],
  ] as const)
    t.equal(highestSeen(text), wanted, text);
  t.end();
});

t.test('behaves like a set, in any order', t => {
  const numbers = fc.array(fc.nat(100), { maxLength: 60 });
  fc.assert(
    fc.property(numbers, list => {
      const set = new Set<number>();
      let text = '';
      for (const number of list) {
        const next = withSeen(text, number);
        if ((next === null) !== set.has(number)) return false;
        set.add(number);
        text = next ?? text;
      }
      return highestSeen(text) === Math.max(-1, ...list);
    }),
  );
  t.end();
});

t.test('with very many gaps the oldest counts as filled, and the text stays short', t => {
  let text = '';
  for (let number = 0; number < 2000; number += 2) text = withSeen(text, number) ?? text;
  t.ok(text.length < 700, `${text.length} characters`);
  t.equal(withSeen(text, 1), null, 'an old gap');
  t.not(withSeen(text, 1997), null, 'a new gap');
  t.equal(highestSeen(text), 1998);
  t.end();
});

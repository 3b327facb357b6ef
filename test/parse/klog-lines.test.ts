import t from 'tap';
import { limits } from '../../src/model/limits.ts';
import { createKlogJoiner } from '../../src/parse/klog-lines.ts';

const join = (lines: string[]): string[] => {
  const joiner = createKlogJoiner();
  return [...lines.flatMap(line => joiner.push(line)), ...joiner.flush()];
};

t.test('a value over several entries becomes one record, others pass', t => {
  t.same(join(['a', 'E x] "M" err=<', '\tone', '\ttwo', ' > image="i"', 'b']), [
    'a',
    'E x] "M" err=<\n\tone\n\ttwo\n > image="i"',
    'b',
  ]);
  t.same(join(['M a=<', '\tx', ' > b=<', '\ty', ' >']), ['M a=<\n\tx\n > b=<\n\ty\n >'], 'two such values');
  t.end();
});

t.test('a block that another line breaks into, or that never ends, is given out', t => {
  t.same(join(['M err=<', '\tone', 'other']), ['M err=<\n\tone', 'other']);
  t.same(join(['M err=<', '\tone']), ['M err=<\n\tone']);
  const long = ['M err=<', ...Array.from({ length: 3 * limits.klogBlockLines }, () => '\tx')];
  const records = join(long);
  t.ok(records.every(record => record.split('\n').length <= limits.klogBlockLines));
  t.equal(records.join('\n').split('\n').length, long.length, 'nothing is lost');
  t.end();
});

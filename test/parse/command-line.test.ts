import t from 'tap';
import { flagOf, parseCommandLine } from '../../src/parse/command-line.ts';

t.test('a flag’s value, however it is written', t => {
  const cases: [string, string | null][] = [
    ['kubelet\0--config=/a\0', '/a'],
    ['kubelet\0--config\0/a\0', '/a'],
    ['kubelet\0-c\0/a\0', '/a'],
    ['kubelet\0--config=/a=b\0', '/a=b'],
    ['kubelet\0--config=/a\0--config=/b\0', '/b'],
    ['kubelet\0--config=/a\0-c\0/b\0', '/b'],
    ['kubelet\0--config-dir=/a\0', null],
    ['kubelet\0--config=\0', null],
    ['kubelet\0--config\0', null],
    ['kubelet\0--\0--config=/a\0', null],
    ['', null],
  ];
  for (const [line, expected] of cases)
    t.equal(flagOf(parseCommandLine(line), '--config', '-c'), expected, JSON.stringify(line));
  t.end();
});

import { fc } from '../house/property.ts';
import t from 'tap';
import {
  parseDefaultEnvironment,
  parseEnviron,
  parseEnvironmentFile,
  parseUnitEnvironment,
  systemdWords,
} from '../../src/parse/systemd-unit.ts';

t.test('words are split as systemd does', t => {
  const cases: [string, string[]][] = [
    ['A=1 B=2', ['A=1', 'B=2']],
    ['"A=one two" \'B=x"y\'', ['A=one two', 'B=x"y']],
    ['A="one two"', ['A=one two']],
    ['A=a\\x20b C=\\\\', ['A=a b', 'C=\\']],
    ['  ', []],
    ['""', ['']],
  ];
  for (const [value, words] of cases) t.same(systemdWords(value), words, value);
  t.end();
});

t.test('drop-ins add to the unit, an empty assignment clears', t => {
  const unit = '[Unit]\nEnvironment=NO=1\n[Service]\nEnvironment=A=1 B=2\nEnvironmentFile=-/etc/default/x\n';
  const dropIn = '# note\n[Service]\nEnvironment="HTTPS_PROXY=http://u:p%%40@p:1" \\\n  C=3\nEnvironmentFile=/etc/y\n';
  t.same(parseUnitEnvironment([unit, dropIn]), {
    variables: { A: '1', B: '2', HTTPS_PROXY: 'http://u:p%40@p:1', C: '3' },
    files: [
      { path: '/etc/default/x', optional: true },
      { path: '/etc/y', optional: false },
    ],
    ...{ passed: [], unset: [] },
  });
  t.same(parseUnitEnvironment([unit, '[Service]\nEnvironment=\nEnvironmentFile=\n']), {
    ...{ variables: {}, files: [], passed: [], unset: [] },
  });
  t.end();
});

t.test('what is handed on and taken away is named, and cleared as well', t => {
  const unit =
    '[Service]\nPassEnvironment=A B\nPassEnvironment="C"\nUnsetEnvironment=D E=1\nEnvironment=X=%p %i=1 Y=%q\n';
  const { passed, unset, variables } = parseUnitEnvironment([unit], { p: 'unit', i: 'Z' });
  t.same([passed, unset, variables], [['A', 'B', 'C'], ['D', 'E=1'], { X: 'unit', Z: '1', Y: '%q' }]);
  t.match(parseUnitEnvironment([unit, '[Service]\nPassEnvironment=\nUnsetEnvironment=\n']), { passed: [], unset: [] });
  t.end();
});

t.test('the manager’s defaults stand in its own section', t => {
  const texts = ['[Manager]\nDefaultEnvironment=A=1 "B=two words"\nOther=x\n', '[Service]\nDefaultEnvironment=C=1\n'];
  t.same(parseDefaultEnvironment(texts), { A: '1', B: 'two words' });
  t.same(parseDefaultEnvironment([...texts, '[Manager]\nDefaultEnvironment=\nDefaultEnvironment=D=%H\n'], { H: 'h' }), {
    D: 'h',
  });
  t.end();
});

t.test('environment files and the environment of a process', t => {
  const file = '# c\n; c\nA=1\n B = two words \nC="x y" \nD=\'it"s\'\nE="a\\"b"\nF=\n=5\nnot a line\n';
  t.same(parseEnvironmentFile(file), { A: '1', B: 'two words', C: 'x y', D: 'it"s', E: 'a"b', F: '' });
  t.same(parseEnviron('A=1\0B=x=y\0A=2\0broken\0=z\0'), { A: '1', B: 'x=y' });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      parseEnviron(text);
      parseEnvironmentFile(text);
      parseUnitEnvironment([`[Service]\nEnvironment=${text}`]);
    }),
  );
  t.end();
});

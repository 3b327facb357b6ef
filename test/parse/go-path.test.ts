import t from 'tap';
import { cleanPath, joinPath } from '../../src/parse/go-path.ts';

t.test('paths are shortened as path.Clean does', t => {
  const cases: [string, string][] = [
    ['/a//b/', '/a/b'],
    ['/a/./b/../c', '/a/c'],
    ['/../a', '/a'],
    ['../a', '../a'],
    ['a/..', '.'],
    ['', '.'],
    ['/', '/'],
  ];
  for (const [path, wanted] of cases) t.equal(cleanPath(path), wanted, path);
  t.equal(joinPath('/etc/x', '../y.crt'), '/etc/y.crt');
  t.equal(joinPath('/etc/x', '/z.crt'), '/z.crt');
  t.equal(joinPath('/etc/x', ''), '/etc/x', 'an empty name is the directory');
  t.end();
});

import { fc } from '../house/property.ts';
import t from 'tap';
import { parseContainerdVersion } from '../../src/parse/containerd-version.ts';
import { readToml, tableAt } from '../../src/parse/toml.ts';

const two = parseContainerdVersion('v2.1.9');
const one = parseContainerdVersion('1.7.24');

t.test('a fault has its place and never quotes the file', t => {
  const result = readToml('a = 1\npassword = s3cret\n', two);
  t.match(result, { ok: false, line: 2 });
  t.notMatch(JSON.stringify(result), /s3cret/);
  t.match(readToml('[a]\n[a]\n', two), { ok: false, line: 2 });
  t.match(readToml('x', two), { ok: false, line: 1 });
  t.end();
});

t.test('a byte order mark is a fault for containerd 2 alone', t => {
  t.match(readToml('\ufeffa = 1', two), { ok: false, line: 1 });
  t.match(readToml('\ufeffa = 1', one), { ok: true });
  t.end();
});

t.test('tables are found by their keys alone', t => {
  const result = readToml('[a.b]\nc = 1\n', two);
  const table = result.ok ? result.table : {};
  t.same(tableAt(table, ['a', 'b']), { c: 1 });
  t.equal(tableAt(table, ['a', 'b', 'c']), null);
  t.equal(tableAt(table, ['toString']), null);
  t.end();
});

t.test('nothing makes it throw, deep nesting and large numbers included', t => {
  t.match(readToml(`a = ${'['.repeat(50_000)}`, two), { ok: false });
  t.match(readToml('a = 9223372036854775807', two), { ok: true });
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => typeof readToml(text, two).ok === 'boolean'));
  t.end();
});

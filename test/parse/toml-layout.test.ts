import { fc } from '../house/property.ts';
import t from 'tap';
import { tomlLayout } from '../../src/parse/toml-layout.ts';

const text = `# [not.a.table]
server = "x" # [nor.this]
[host."https://b.example"] # comment
  capabilities = [
    "pull", # ]
    "resolve",
  ]
  note = """
[host."in a string"]
"""
[ host . 'https://a.example' . header ]
x-a = 'it"s'
"quoted \\u0041" = {inline = {b = 1}}
[[list]]
a.b = 1
`;

t.test('headers and keys are listed in their order with their lines', t => {
  t.same(
    tomlLayout(text).map(({ kind, path, line }) => `${line} ${kind} ${path.join(' / ')}`),
    [
      '2 key server',
      '3 table host / https://b.example',
      '4 key host / https://b.example / capabilities',
      '8 key host / https://b.example / note',
      '11 table host / https://a.example / header',
      '12 key host / https://a.example / header / x-a',
      '13 key host / https://a.example / header / quoted A',
      '14 table-array list',
      '15 key list / a / b',
    ],
  );
  t.end();
});

t.test('any text is walked through to its end', t => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('[', ']', '"', "'", '\\', '=', '.', '\n', 'a', ' ', '#', '{') }),
      given => {
        const lines = given.split('\n').length;
        return tomlLayout(given).every(item => item.line >= 1 && item.line <= lines);
      },
    ),
  );
  t.end();
});

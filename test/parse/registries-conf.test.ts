import t from 'tap';
import { parseRegistriesConf } from '../../src/parse/registries-conf.ts';
import { fc } from '../house/property.ts';

const file = '/etc/containers/registries.conf';
const parse = (text: string, dropIn = false) => parseRegistriesConf(text, { file, dropIn });

t.test('registries are read with their mirrors and the lines they stand on', t => {
  const found = parse(
    '# x\n[[registry]]\nlocation = "a.test/"\n[[registry.mirror]]\nlocation = "m.test"\ninsecure = true\n\n[[registry]]\nprefix = "*.b.test"\nblocked = true\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "n.test"\n',
  );
  t.same(found, {
    ok: true,
    conf: {
      registries: [
        {
          ...{ file, prefix: 'a.test', location: 'a.test', line: 2, pulls: 'all', insecure: false, blocked: false },
          mirrors: [{ location: 'm.test', insecure: true, pulls: 'all', line: 4 }],
        },
        {
          ...{ file, prefix: '*.b.test', location: '', line: 8, pulls: 'all', insecure: false, blocked: true },
          mirrors: [{ location: 'n.test', insecure: false, pulls: 'digest-only', line: 12 }],
        },
      ],
      ...{ search: null, aliases: {}, shortNameMode: null },
    },
  });
  t.end();
});

t.test('search registries, aliases and the mode of short names are read', t => {
  const text =
    'unqualified-search-registries = ["a.test", "b.test:5000"]\nshort-name-mode = "enforcing"\n[aliases]\n"x" = "a.test/x"\n"lib/y" = ""\n';
  t.match(parse(text), {
    ok: true,
    conf: { search: ['a.test', 'b.test:5000'], shortNameMode: 'enforcing', aliases: { x: 'a.test/x', 'lib/y': '' } },
  });
  t.end();
});

/** All seen to be refused by the library: test/lab/registries-conf-trees.ts has each of them. */
const refused: [string, string, number | null][] = [
  ['x', 'column', 1],
  ['registry = 5', 'registry', null],
  ['[[registry]]\nlocation = 5', 'location is not a string', 1],
  ['[[registry]]\nlocation = "a.test"\ninsecure = "yes"', 'insecure', 1],
  ['[[registry]]\ninsecure = true', 'no location', 1],
  ['[[registry]]\nlocation = "https://a.test"', 'https://', 1],
  ['[[registry]]\nlocation = "a.test"\n[[registry.mirror]]\nlocation = 5', 'location', 3],
  ['[[registry]]\nlocation = "a.test"\n[[registry.mirror]]\nlocation = "m"\npull-from-mirror = "tags"', 'tag-only', 3],
  ['unqualified-search-registries = ["a.test/x"]', 'not a host', null],
  ['short-name-mode = "on"', 'short-name-mode', null],
  ['[aliases]\nx = "y"', 'alias', null],
  ['[registries.search]\nregistries = ["a.test"]\n[[registry]]\nlocation = "b.test"', 'older form', null],
];

t.test('what the library refuses is refused with its place', t => {
  for (const [text, reason, line] of refused) {
    const found = parse(text);
    t.match(found, { ok: false, line, reason: new RegExp(reason) }, text);
  }
  t.end();
});

t.test('the older form is read in the main file alone', t => {
  const text =
    '[registries.insecure]\nregistries = ["a.test"]\n[registries.block]\nregistries = ["b.test", "a.test"]\n';
  const found = parse(text);
  t.same(found.ok && found.conf.registries.map(one => `${one.prefix} ${one.insecure} ${one.blocked}`), [
    'b.test false true',
    'a.test true true',
  ]);
  t.match(parse(text, true), { ok: false, reason: /drop-in/ });
  t.end();
});

t.test('no text makes it throw, and no reason quotes the file', t => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => typeof parse(text).ok === 'boolean'));
  const secret = parse('[[registry]]\nlocation = "user:hunter2@a.test"\ninsecure = "hunter2"\n');
  t.notMatch(JSON.stringify(secret), /hunter2/);
  t.end();
});

import t from 'tap';
import {
  isShortName,
  mergeRegistriesConf,
  pullSources,
  shortNameCandidates,
  type PullName,
} from '../../src/parse/pull-sources.ts';
import { parseRegistriesConf } from '../../src/parse/registries-conf.ts';
import type { RegistriesConf } from '../../src/parse/registries-conf.ts';

const conf = (...texts: string[]): RegistriesConf =>
  mergeRegistriesConf(
    texts.map((text, index) => {
      const parsed = parseRegistriesConf(text, { file: `/${index}.conf`, dropIn: index > 0 });
      if (!parsed.ok) throw new Error(parsed.reason);
      return parsed.conf;
    }),
  );

const told = (name: string, found: RegistriesConf, by: PullName['by'] = 'tag'): string[] | null =>
  pullSources({ name, by }, found)?.map(one =>
    [one.host, one.repository, one.insecure ? 'insecure' : '', one.blocked ? 'blocked' : '', one.file]
      .filter(part => part !== '')
      .join(' '),
  ) ?? null;

const registry = (text: string, ...mirrors: string[]): string =>
  `[[registry]]\n${text}\n${mirrors.map(mirror => `[[registry.mirror]]\n${mirror}\n`).join('')}`;

t.test('mirrors come first, the registry’s own place last', t => {
  const found = conf(registry('location = "a.test"', 'location = "m.test/x"\ninsecure = true'));
  t.same(told('a.test/lib/app', found), ['m.test x/lib/app insecure /0.conf', 'a.test lib/app /0.conf']);
  t.same(told('a.test', found, 'any'), ['m.test x insecure /0.conf', 'a.test /0.conf']);
  t.same(told('b.test/lib/app', found), ['b.test lib/app ']);
  t.end();
});

t.test('the longest prefix decides, and ends at a part of the name', t => {
  const long = 'prefix = "aa.test/lib"\nlocation = "m.test/y"';
  const found = conf(
    registry('prefix = "*.test"\nlocation = "w.test"') + registry('location = "aa.test"') + registry(long),
  );
  t.same(told('aa.test/lib/app', found), ['m.test y/app /0.conf']);
  t.same(told('aa.test/libs/app', found), ['aa.test libs/app /0.conf']);
  t.same(told('x.aa.test/lib/app', found), ['w.test lib/app /0.conf']);
  t.same(told('aa.test:5000/lib/app', found), ['aa.test:5000 lib/app /0.conf']);
  t.end();
});

t.test('mirrors for digests or tags are asked for those alone', t => {
  const by = (kind: string): string => `pull-from-mirror = "${kind}"`;
  const found = conf(
    registry(
      'location = "a.test"',
      `location = "d.test"\n${by('digest-only')}`,
      `location = "t.test"\n${by('tag-only')}`,
    ),
  );
  const hosts = (kind: PullName['by']) =>
    pullSources({ name: 'a.test/x', by: kind }, found)?.map(one => `${one.host} ${one.by}`);
  t.same(hosts('tag'), ['t.test tag', 'a.test tag']);
  t.same(hosts('digest'), ['d.test digest', 'a.test digest']);
  t.same(hosts('any'), ['d.test digest', 't.test tag', 'a.test any']);
  t.end();
});

t.test('a later file takes the place of an entry; a place can be blocked by another entry', t => {
  const first = registry('location = "a.test"', 'location = "m.test"');
  const found = conf(
    first,
    registry('location = "a.test"', 'location = "n.test"'),
    registry('location = "n.test"\nblocked = true'),
  );
  t.same(told('a.test/x', found), ['n.test x blocked /1.conf', 'a.test x /1.conf']);
  t.end();
});

t.test('a location that makes no name fails the pull', t => {
  for (const location of ['mirror', 'm.test/x/', 'm.test/X'])
    t.equal(told('a.test/lib/app', conf(registry('location = "a.test"', `location = "${location}"`))), null, location);
  t.end();
});

/** Each as podman 4.3.1 was seen to ask. */
t.test('short names lead to their alias, else to each search registry', t => {
  const search = 'unqualified-search-registries = ["m1.test", "docker.io"]\n';
  const alias = (to: string): string => `[aliases]\n"lib/app" = "${to}"\n`;
  const cases: [string, string, string, string[]][] = [
    ['each registry', search, 'lib/app', ['m1.test/lib/app', 'docker.io/lib/app']],
    ['one word at Docker Hub', search, 'app', ['m1.test/app', 'docker.io/library/app']],
    ['alias', search + alias('m2.test/x/y'), 'lib/app', ['m2.test/x/y']],
    ['alias taken back', search + alias(''), 'lib/app', ['m1.test/lib/app', 'docker.io/lib/app']],
    ['nothing', '', 'lib/app', []],
    ['several where one is wanted', `short-name-mode = "enforcing"\n${search}`, 'app', []],
    [
      'one where one is wanted',
      'short-name-mode = "enforcing"\nunqualified-search-registries = ["m1.test"]',
      'app',
      ['m1.test/app'],
    ],
    ['any of several', `short-name-mode = "disabled"\n${search}`, 'app', ['m1.test/app', 'docker.io/library/app']],
  ];
  for (const [name, text, short, expected] of cases) t.same(shortNameCandidates(short, conf(text)), expected, name);
  const merged = conf(search + alias('m2.test/x'), `unqualified-search-registries = []\n${alias('')}`);
  t.same(shortNameCandidates('lib/app', merged), [], 'a drop-in takes both back');
  const names: [string, boolean][] = [
    ['app', true],
    ['lib/app', true],
    ['a.test/app', false],
    ['localhost/app', false],
    ['a:5000/app', false],
  ];
  for (const [name, short] of names) t.equal(isShortName(name), short, name);
  t.end();
});

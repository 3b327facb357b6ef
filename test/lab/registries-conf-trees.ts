/** A tree of CRI-O's configuration: files by path, null for a directory; `@one` and the like stand for PEM. */
export type RegistriesTree = { name: string; image: string; files: Record<string, string | null> };

const image = 'up.lab.test/lib/app';
const conf = (text: string, more: Record<string, string | null> = {}): Record<string, string | null> => ({
  '/etc/containers/registries.conf': text,
  '/etc/containers/certs.d/up.lab.test/ca.crt': '@one',
  ...more,
});
const registry = (text: string, mirrors: string[] = []): string =>
  `[[registry]]\n${text}\n${mirrors.map(mirror => `[[registry.mirror]]\n${mirror}\n`).join('')}`;
const location = (name: string): string => `location = "${name}"`;
const up = location('up.lab.test');
const m1 = 'location = "m1.lab.test"\ninsecure = true';
const m2 = 'location = "m2.lab.test:5000"\ninsecure = true';
const tree = (name: string, text: string, more: Record<string, string | null> = {}): RegistriesTree => ({
  ...{ name, image, files: conf(text, more) },
});
const dropIn = (name: string, text: string): Record<string, string> => ({
  [`/etc/containers/registries.conf.d/${name}`]: text,
});
const certs = (host: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`/etc/containers/certs.d/${host}/${name}`, text]));

export const registriesTrees: RegistriesTree[] = [
  { name: 'no file', image, files: { '/etc/containers/certs.d/up.lab.test/ca.crt': '@one' } },
  { name: 'no CA', image, files: {} },
  tree('empty file', ''),
  tree('two mirrors', registry(up, [m1, m2])),
  tree('mirror with a path', registry(up, ['location = "m1.lab.test/cache/x"\ninsecure = true'])),
  tree('mirror with a slash at its end', registry(up, ['location = "m1.lab.test/x/"\ninsecure = true'])),
  tree('mirror without a dot', registry(up, ['location = "mirror"\ninsecure = true'])),
  tree('mirror without its CA', registry(up, [location('m1.lab.test')])),
  tree('mirror with its CA', registry(up, [location('m2.lab.test')]), certs('m2.lab.test', { 'a.crt': '@two' })),
  tree(
    'mirror with a CA by port',
    registry(up, [location('m2.lab.test:5000')]),
    certs('m2.lab.test', { 'a.crt': '@two' }),
  ),
  tree('mirror in plain HTTP', registry(up, ['location = "m1.lab.test:5001"\ninsecure = true'])),
  tree('mirror in plain HTTP, not insecure', registry(up, [location('m1.lab.test:5001')])),
  tree('insecure registry', registry('location = "up.lab.test:5001"\ninsecure = true\nprefix = "up.lab.test"')),
  tree('mirrors by digest alone', registry(`${up}\nmirror-by-digest-only = true`, [m1])),
  tree(
    'one mirror for digests, one for tags',
    registry(up, [`${m1}\npull-from-mirror = "digest-only"`, `${m2}\npull-from-mirror = "tag-only"`]),
  ),
  tree('mirror for all', registry(up, [`${m1}\npull-from-mirror = "all"`])),
  tree('pull-from-mirror of another word', registry(up, [`${m1}\npull-from-mirror = "tags"`])),
  tree('pull-from-mirror at the registry', registry(`${up}\npull-from-mirror = "all"`)),
  tree(
    'pull-from-mirror beside mirror-by-digest-only',
    registry(`${up}\nmirror-by-digest-only = true`, [`${m1}\npull-from-mirror = "all"`]),
  ),
  tree('blocked', registry(`${up}\nblocked = true`)),
  tree('blocked with a mirror', registry(`${up}\nblocked = true`, [m1])),
  tree(
    'mirror that is blocked',
    registry(up, [m1, m2]) + registry('location = "m1.lab.test"\ninsecure = true\nblocked = true'),
  ),
  tree(
    'longest prefix',
    registry('prefix = "up.lab.test/lib"\nlocation = "m1.lab.test/y"\ninsecure = true') + registry(up, [m2]),
  ),
  tree(
    'prefix of a part of a name',
    registry('prefix = "up.lab.test/li"\nlocation = "m1.lab.test/y"\ninsecure = true'),
  ),
  tree(
    'prefix that is the image',
    registry('prefix = "up.lab.test/lib/app"\nlocation = "m1.lab.test/z/q"\ninsecure = true'),
  ),
  tree('wildcard', registry('prefix = "*.lab.test"', [m1])),
  tree('wildcard with a location', registry('prefix = "*.lab.test"\nlocation = "m1.lab.test"\ninsecure = true')),
  tree('wildcard with a path', registry('prefix = "*.lab.test/lib"\nlocation = "m1.lab.test"')),
  tree('wildcard in the middle', registry('prefix = "up.*.test"\nlocation = "m1.lab.test"')),
  tree('neither prefix nor location', registry('insecure = true')),
  tree('prefix without a location', registry('prefix = "up.lab.test"')),
  tree('location with a scheme', registry(location('https://up.lab.test'))),
  tree('mirror with a scheme', registry(up, [location('http://m1.lab.test')])),
  tree('mirror without a location', registry(up, ['insecure = true'])),
  tree('location with a slash at its end', registry(location('up.lab.test/'), [m1])),
  tree('the same prefix twice', registry(up, [m1]) + registry(up, [m2])),
  tree('the same location, insecure once', registry(up) + registry(`${up}\nprefix = "x.lab.test"\ninsecure = true`)),
  tree('drop-in adds a mirror', '', dropIn('a.conf', registry(up, [m1]))),
  tree('drop-in takes the place of an entry', registry(up, [m1]), dropIn('a.conf', registry(up, [m2]))),
  tree('later drop-in wins', '', { ...dropIn('b.conf', registry(up, [m2])), ...dropIn('a.conf', registry(up, [m1])) }),
  tree('drop-in without .conf', '', dropIn('a.toml', registry(up, [m1]))),
  tree('drop-in that is a directory', '', { '/etc/containers/registries.conf.d/a.conf': null }),
  tree('drop-in that is no TOML', '', dropIn('a.conf', 'x')),
  tree('drop-in alone', '', dropIn('a.conf', registry(up, [m1]))),
  tree(
    'older form',
    '[registries.insecure]\nregistries = ["up.lab.test:5001"]\n[registries.search]\nregistries = ["m1.lab.test"]\n',
  ),
  tree('older form that blocks', '[registries.block]\nregistries = ["up.lab.test"]\n'),
  tree('older form in a drop-in', '', dropIn('a.conf', '[registries.search]\nregistries = ["m1.lab.test"]\n')),
  tree('both forms', `[registries.search]\nregistries = ["m1.lab.test"]\n${registry(up)}`),
  tree('search registries', `unqualified-search-registries = ["m1.lab.test"]\n${registry(up, [m1])}`),
  tree('search registry with a path', 'unqualified-search-registries = ["m1.lab.test/x"]\n'),
  tree('alias that is not short', '[aliases]\n"m1.lab.test/x" = "m2.lab.test/x"\n'),
  tree('alias with a tag', '[aliases]\n"x" = "m2.lab.test/x:v1"\n'),
  tree('alias', '[aliases]\n"x" = "m2.lab.test/x"\n'),
  tree('short-name-mode of another word', 'short-name-mode = "on"\n'),
  tree(
    'capital letters',
    `[[Registry]]\nLocation = "up.lab.test"\n[[Registry.Mirror]]\nlocation = "m1.lab.test"\nInsecure = true\n`,
  ),
  tree('unknown fields', `x = 5\n${registry(`${up}\ny = "z"`, [m1])}`),
  tree('Windows line ends', registry(up, [m1]).replaceAll('\n', '\r\n')),
  tree('byte order mark', `\ufeff${registry(up, [m1])}`),
  tree(
    'inline tables',
    `registry = [{ location = "up.lab.test", mirror = [{ location = "m1.lab.test", insecure = true }] }]\n`,
  ),
  ...(['location', 'prefix', 'insecure', 'blocked', 'mirror-by-digest-only', 'mirror'] as const).map(name =>
    tree(`${name} is a number`, registry(name === 'location' ? 'location = 5' : `${up}\n${name} = 5`)),
  ),
  ...(['location', 'insecure', 'pull-from-mirror'] as const).map(name =>
    tree(
      `${name} of a mirror is a number`,
      registry(up, [name === 'location' ? 'location = 5' : `location = "m1.lab.test"\n${name} = 5`]),
    ),
  ),
  ...[
    'registry = 5',
    '[registry]\nlocation = "up.lab.test"',
    'aliases = 5',
    'short-name-mode = 5',
    'unqualified-search-registries = "m1.lab.test"',
    'unqualified-search-registries = [5]',
    'registries = 5',
    'credential-helpers = 5',
    '[aliases]\nx = 5',
    '[registries]\nsearch = 5',
  ].map(text => tree(text.replace('\n', ' '), `${text}\n`)),
  tree('certificates for Docker', registry(up, [location('m2.lab.test')]), {
    '/etc/docker/certs.d/m2.lab.test/a.crt': '@two',
  }),
  tree('both directories of certificates', registry(up, [location('m2.lab.test')]), {
    '/etc/docker/certs.d/m2.lab.test/a.crt': '@two',
    '/etc/containers/certs.d/m2.lab.test': null,
  }),
  tree(
    'client pair',
    registry(up, [location('m2.lab.test')]),
    certs('m2.lab.test', { 'a.crt': '@two', 'c.cert': '@client', 'c.key': '@key' }),
  ),
  tree(
    'client certificate without its key',
    registry(up, [location('m2.lab.test')]),
    certs('m2.lab.test', { 'a.crt': '@two', 'c.cert': '@client' }),
  ),
  tree(
    'key without its certificate',
    registry(up, [location('m2.lab.test')]),
    certs('m2.lab.test', { 'a.crt': '@two', 'c.key': '@key' }),
  ),
  tree(
    'client certificate that is none',
    registry(up, [location('m2.lab.test')]),
    certs('m2.lab.test', { 'a.crt': '@two', 'c.cert': 'x', 'c.key': '@key' }),
  ),
  tree('CA that is none', registry(up, [location('m2.lab.test')]), certs('m2.lab.test', { 'a.crt': 'x' })),
  tree(
    'CA beside one that is none',
    registry(up, [location('m2.lab.test')]),
    certs('m2.lab.test', { 'a.crt': 'x', 'b.crt': '@two' }),
  ),
  tree('CA that is a directory', registry(up, [location('m2.lab.test')]), {
    '/etc/containers/certs.d/m2.lab.test/a.crt': null,
  }),
  tree('CA that is a link to nowhere', registry(up, [location('m2.lab.test')]), {
    ...certs('m2.lab.test', { 'b.crt': '@two' }),
    '/etc/containers/certs.d/m2.lab.test/a.crt': '-> /none',
  }),
  tree('CA that is a loop', registry(up, [location('m2.lab.test')]), {
    ...certs('m2.lab.test', { 'b.crt': '@two' }),
    '/etc/containers/certs.d/m2.lab.test/a.crt': '-> a.crt',
  }),
  tree('CA in .pem', registry(up, [location('m2.lab.test')]), certs('m2.lab.test', { 'a.pem': '@two' })),
  { name: 'Docker Hub', image: 'docker.io/lib/app', files: conf('', certs('docker.io', { 'a.crt': '@one' })) },
  {
    name: 'Docker Hub with a mirror',
    image: 'docker.io/lib/app',
    files: conf(registry('location = "docker.io"', [m1])),
  },
  {
    name: 'another port',
    image: 'up.lab.test:5000/lib/app',
    files: conf(registry(up, [m1]), certs('up.lab.test:5000', { 'a.crt': '@one' })),
  },
];

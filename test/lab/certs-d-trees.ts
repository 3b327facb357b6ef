/** A tree of the node: files by path; null is an empty directory, `-> TARGET` a link. `@one`, `@two`, `@client`, `@key` stand for PEM. */
export type Tree = {
  name: string;
  registry: string;
  files: Record<string, string | null>;
  /** config.toml's registry part; the containerd is started again for it. */
  config?: Config;
};

export type Config = {
  /** In place of `config_path = "/etc/containerd/certs.d"`. */
  registry?: string;
  /** Lines of the images section. */
  images?: string;
  /** Top-level lines, after `version`. */
  top?: string;
  /** The version line, in place of that of the generation. */
  version?: string;
  /** Plugins that are disabled besides. */
  disabled?: string[];
  /** In place of both sections. */
  sections?: string;
};

/** Where the trees lie. */
export const root = '/etc/containerd/certs.d';
/** Files below one directory of certs.d. */
export const at = (directory: string, files: Record<string, string | null>): Record<string, string | null> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${root}/${directory}/${name}`, text]));
/** A hosts.toml of this text. */
export const toml = (text: string): Record<string, string> => ({ 'hosts.toml': text });
const up = 'up.lab.test';
const m1 = 'https://m1.lab.test';
const m2 = 'https://m2.lab.test';
const ones = { 'one.crt': '@one', 'two.pem': '@two' };

const simple = (name: string, text: string, more: Record<string, string | null> = {}): Tree => ({
  name,
  registry: up,
  files: at(up, {
    ...toml(text),
    'one.pem': '@one',
    'two.pem': '@two',
    'client.pem': '@client',
    'key.pem': '@key',
    'both.pem': '@client\n@key',
    ...more,
  }),
});

const fields: [string, string][] = [
  ['ca as a string', 'ca = "two.pem"'],
  ['ca as a list', 'ca = ["one.pem", "two.pem"]'],
  ['ca of another authority', 'ca = "one.pem"'],
  ['absolute ca', `ca = "${root}/${up}/two.pem"`],
  ['empty list of ca', 'ca = []'],
  ['ca with dots', `ca = "../${up}/./two.pem"`],
  ['ca is a number', 'ca = 5'],
  ['ca is a list with a number', 'ca = ["two.pem", 5]'],
  ['missing ca', 'ca = "none.pem"'],
  ['ca is a key', 'ca = "key.pem"'],
  ['ca is a directory', 'ca = "."'],
  ['client pair', 'ca = "two.pem"\nclient = [["client.pem", "key.pem"]]'],
  ['combined client file', 'ca = "two.pem"\nclient = "both.pem"'],
  ['list of combined client files', 'ca = "two.pem"\nclient = ["both.pem"]'],
  ['client pair written as a flat list', 'ca = "two.pem"\nclient = ["client.pem", "key.pem"]'],
  ['client pair with an empty key', 'ca = "two.pem"\nclient = [["both.pem", ""]]'],
  ['client pair of three', 'ca = "two.pem"\nclient = [["client.pem", "key.pem", "x"]]'],
  ['client pair crossed', 'ca = "two.pem"\nclient = [["key.pem", "client.pem"]]'],
  ['client is a boolean', 'client = true'],
  ['empty client list', 'client = []'],
  ['skip_verify', 'skip_verify = true'],
  ['skip_verify false', 'ca = "two.pem"\nskip_verify = false'],
  ['skip_verify is a string', 'skip_verify = "true"'],
  ['resolve alone', 'ca = "two.pem"\ncapabilities = ["resolve"]'],
  ['pull alone', 'ca = "two.pem"\ncapabilities = ["pull"]'],
  ['push alone', 'ca = "two.pem"\ncapabilities = ["push"]'],
  ['capabilities in capitals', 'ca = "two.pem"\ncapabilities = ["Pull", "RESOLVE"]'],
  ['unknown capability', 'ca = "two.pem"\ncapabilities = ["pull", "fetch"]'],
  ['referrers capability', 'ca = "two.pem"\ncapabilities = ["pull", "resolve", "referrers"]'],
  ['no capabilities', 'ca = "two.pem"\ncapabilities = []'],
  ['capabilities is a string', 'capabilities = "pull"'],
  ['header', 'ca = "two.pem"\n[host."https://m2.lab.test".header]\nx-lab = "yes"'],
  ['header list', 'ca = "two.pem"\n[host."https://m2.lab.test".header]\nx-lab = ["yes", "no"]'],
  ['header is a number', 'ca = "two.pem"\n[host."https://m2.lab.test".header]\nx-lab = 5'],
  ['header is a string', 'header = "x-lab: yes"'],
  ['dial_timeout', 'ca = "two.pem"\ndial_timeout = "3s"'],
  ['dial_timeout without unit', 'ca = "two.pem"\ndial_timeout = "3"'],
  ['dial_timeout is a number', 'ca = "two.pem"\ndial_timeout = 3'],
  ['unknown key', 'ca = "two.pem"\nretries = 5'],
  ['field in capitals', 'CA = "two.pem"'],
  ['field in mixed case', 'Skip_Verify = true'],
  ['override_path is a string', 'ca = "two.pem"\noverride_path = "yes"'],
];

const perField = fields.map(([name, text]) =>
  simple(name, `server = "https://up.lab.test"\nca = "one.pem"\n[host."${m2}"]\n${text}\n`),
);

const addresses: [string, string][] = [
  ['bare name', 'm1.lab.test'],
  ['bare name and port', 'm1.lab.test:5000'],
  ['trailing slash', 'https://m1.lab.test/'],
  ['path', 'https://m1.lab.test/mirror'],
  ['path that ends in v2', 'https://m1.lab.test/mirror/v2'],
  ['path to be cleaned', 'https://m1.lab.test//a/../b/'],
  ['query and fragment', 'https://m1.lab.test/a?b=c#d'],
  ['user and password', 'https://user:pass@m1.lab.test'],
  ['plain HTTP', 'http://m1.lab.test'],
  ['plain HTTP with port', 'http://m1.lab.test:5001'],
  ['scheme in capitals', 'HTTPS://m1.lab.test'],
  ['scheme in capitals after http', 'httpS://m1.lab.test'],
  ['bad port', 'https://m1.lab.test:abc'],
  ['blank in the name', 'https://m1 lab.test'],
  ['bad escape', 'https://m1.lab.test/%zz'],
  ['escape in the path', 'https://m1.lab.test/a%20b'],
  ['name that begins with http', 'httpd.lab.test:5000'],
  ['empty', ''],
  ['scheme alone', 'https://'],
  ['other scheme', 'httpx://m1.lab.test'],
];

const perAddress = addresses.flatMap(([name, host]) => [
  simple(
    `host: ${name}`,
    `ca = "one.pem"\nserver = "https://up.lab.test"\n[host."${host}"]\n${host.startsWith('http://') ? '' : 'ca = "one.pem"\n'}`,
  ),
  simple(
    `server: ${name}`,
    `server = "${host}"\n${host.startsWith('http://') ? '' : 'ca = "one.pem"\n'}[host."${m2}"]\nca = "two.pem"\n`,
  ),
]);

const layouts: Tree[] = [
  { name: 'nothing', registry: up, files: {} },
  { name: 'empty directory', registry: up, files: { [`${root}/${up}`]: null } },
  simple('empty hosts.toml and a crt', '', { 'a.crt': '@one' }),
  simple('blank hosts.toml', '\n'),
  simple('comment alone', '# nothing\n', { 'a.crt': '@one' }),
  simple('server alone', 'server = "https://m1.lab.test"\nca = "one.pem"\n'),
  simple('server alone beside a crt', 'server = "https://m1.lab.test"\n', { 'a.crt': '@one' }),
  simple('ca alone', 'ca = "one.pem"\n'),
  simple(
    'order of the file',
    `ca = "one.pem"\n[host."https://m3.lab.test"]\nca = "two.pem"\n[host."${m1}"]\nca = "one.pem"\n[host."${m2}"]\nca = "two.pem"\n`,
  ),
  simple(
    'host taken up again',
    `ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\n[host."${m2}"]\nca = "two.pem"\n[host."${m1}".header]\nx-lab = "yes"\n`,
  ),
  simple('inline table of hosts', `ca = "one.pem"\nhost = {"${m1}" = {ca = "one.pem"}}\n`),
  simple('dotted keys of a host', `ca = "one.pem"\nhost."${m1}".ca = "one.pem"\n`),
  simple('host in a table of hosts', `ca = "one.pem"\n[host]\n"${m1}" = {ca = "one.pem"}\n`),
  simple(
    'host in a table of hosts beside another',
    `ca = "one.pem"\n[host]\n"${m1}" = {ca = "one.pem"}\n[host."${m2}"]\nca = "two.pem"\n`,
  ),
  simple('hosts as a list of tables', `ca = "one.pem"\n[[host."${m1}"]]\nca = "one.pem"\n`),
  simple('host is a string', `ca = "one.pem"\nhost = "${m1}"\n`),
  simple('server is a number', `server = 5\n[host."${m1}"]\nca = "one.pem"\n`, { 'a.crt': '@one' }),
  simple('literal keys and comments', `ca = 'one.pem' # "\n[host.'${m1}'] # [x]\nca = """one.pem"""\n`),
  simple(
    'header text inside a string',
    `ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\nnote = """\n[host."${m2}"]\n"""\n`,
  ),
  simple('not TOML', `server = "https://m1.lab.test\n`, { 'a.crt': '@one' }),
  simple('key set twice', `server = "https://m1.lab.test"\nserver = "https://m1.lab.test"\n`, { 'a.crt': '@one' }),
  simple('table set twice', `[host."${m1}"]\n[host."${m1}"]\n`, { 'a.crt': '@one' }),
  simple('byte order mark', `\ufeffca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\n`, { 'a.crt': '@one' }),
  simple('line ends of Windows', `ca = "one.pem"\r\n[host."${m1}"]\r\nca = "one.pem"\r\n`, { 'a.crt': '@one' }),
  simple(
    'mixed list of clients',
    `ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\nclient = ["both.pem", ["client.pem", "key.pem"]]\n`,
  ),
  simple(
    'mirror is the upstream',
    `server = "https://up.lab.test"\nca = "one.pem"\n[host."https://up.lab.test"]\nca = "one.pem"\n`,
  ),
  simple(
    'capabilities of an unnamed server',
    `ca = "one.pem"\ncapabilities = ["push"]\n[host."${m1}"]\nca = "one.pem"\n`,
  ),
  simple(
    'capabilities of a named server',
    `server = "https://up.lab.test"\nca = "one.pem"\ncapabilities = ["push"]\n[host."${m1}"]\nca = "one.pem"\n`,
  ),
  simple(
    'nobody resolves',
    `server = "https://up.lab.test"\nca = "one.pem"\ncapabilities = ["push"]\n[host."${m1}"]\nca = "one.pem"\ncapabilities = ["pull"]\n`,
  ),
  simple('override_path', `ca = "one.pem"\n[host."${m1}/a/b"]\nca = "one.pem"\noverride_path = true\n`),
  simple('override_path without a path', `ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\noverride_path = true\n`),
  simple('plain HTTP with TLS settings', `ca = "one.pem"\n[host."http://m1.lab.test:5001"]\nskip_verify = true\n`),
  simple('plain HTTP with TLS settings on TLS', `ca = "one.pem"\n[host."http://m1.lab.test:5000"]\nca = "one.pem"\n`),
  simple('plain HTTP with TLS settings, no port', `ca = "one.pem"\n[host."http://m1.lab.test"]\nca = "one.pem"\n`),
  simple('plain HTTP with TLS settings, port 80', `ca = "one.pem"\n[host."http://m1.lab.test:80"]\nca = "one.pem"\n`),
  { name: 'crt files', registry: up, files: at(up, ones) },
  { name: 'pem files alone', registry: up, files: at(up, { 'one.pem': '@one' }) },
  { name: 'cert and key', registry: up, files: at(up, { ...ones, 'c.cert': '@client', 'c.key': '@key' }) },
  { name: 'cert with its key inside', registry: up, files: at(up, { ...ones, 'c.cert': '@client\n@key' }) },
  { name: 'cert without key', registry: up, files: at(up, { ...ones, 'c.cert': '@client' }) },
  { name: 'key without cert', registry: up, files: at(up, { ...ones, 'c.key': '@key' }) },
  { name: 'empty crt', registry: up, files: at(up, { ...ones, 'a.crt': '' }) },
  { name: 'crt that is a directory', registry: up, files: { ...at(up, ones), [`${root}/${up}/a.crt`]: null } },
  { name: 'crt that links to a directory', registry: up, files: at(up, { ...ones, 'a.crt': '-> .' }) },
  { name: 'crt that links nowhere', registry: up, files: at(up, { ...ones, 'a.crt': '-> none' }) },
  { name: 'crt that links to itself', registry: up, files: at(up, { ...ones, 'a.crt': '-> a.crt' }) },
  {
    name: 'ca by an absolute link',
    registry: up,
    files: { ...at(up, { 'a.crt': `-> ${root}/store/one.pem` }), ...at('store', { 'one.pem': '@one' }) },
  },
  { name: 'the directory is a file', registry: up, files: { [`${root}/${up}`]: 'x' } },
  {
    name: 'the directory is a link',
    registry: up,
    files: { [`${root}/${up}`]: '-> store', ...at('store', { 'one.crt': '@one' }) },
  },
  {
    name: 'the directory links nowhere',
    registry: up,
    files: { [`${root}/${up}`]: '-> none', ...at('_default', { 'one.crt': '@one' }) },
  },
  { name: 'the directory links to itself', registry: up, files: { [`${root}/${up}`]: `-> ${up}` } },
  { name: 'hosts.toml is a directory', registry: up, files: { [`${root}/${up}/hosts.toml`]: null, ...at(up, ones) } },
  { name: 'hosts.toml links nowhere', registry: up, files: at(up, { ...ones, 'hosts.toml': '-> none' }) },
  {
    name: 'the default directory',
    registry: up,
    files: at('_default', { ...toml(`[host."${m1}"]\nca = "one.pem"\n`), ...ones, 'one.pem': '@one' }),
  },
  {
    name: 'the default with a server',
    registry: up,
    files: at('_default', {
      ...toml(`server = "${m1}"\nca = "one.pem"\n[host."${m2}"]\nca = "two.pem"\n`),
      'one.pem': '@one',
      'two.pem': '@two',
    }),
  },
  {
    name: 'own directory hides the default',
    registry: up,
    files: { ...at('_default', toml(`[host."${m1}"]\n`)), ...at(up, ones) },
  },
  { name: 'port written with underscores', registry: `${up}:5000`, files: at(`${up}_5000_`, ones) },
  { name: 'port written with a colon', registry: `${up}:5000`, files: at(`${up}:5000`, ones) },
  {
    name: 'empty directory with underscores hides the other',
    registry: `${up}:5000`,
    files: { [`${root}/${up}_5000_`]: null, ...at(`${up}:5000`, ones) },
  },
  { name: 'name without port is another registry', registry: `${up}:5000`, files: at(up, ones) },
  {
    name: 'Docker Hub',
    registry: 'docker.io',
    files: at('docker.io', { ...toml(`ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\n`), 'one.pem': '@one' }),
  },
  { name: 'Docker Hub by its other name', registry: 'docker.io', files: at('registry-1.docker.io', ones) },
  { name: 'Docker Hub with nothing', registry: 'docker.io', files: {} },
  { name: 'localhost', registry: 'localhost', files: {} },
  { name: 'localhost on 443', registry: 'localhost:443', files: {} },
  { name: 'localhost on 80', registry: 'localhost:80', files: {} },
  { name: 'localhost on a TLS port', registry: 'localhost:5000', files: {} },
  { name: 'localhost on a plain port', registry: 'localhost:5001', files: {} },
  { name: 'localhost with crt files', registry: 'localhost:5000', files: at('localhost:5000', ones) },
  { name: 'plain port of another name', registry: `${up}:5001`, files: {} },
];

/** Every tree that needs no configuration of its own. */
export const plainTrees: Tree[] = [...layouts, ...perField, ...perAddress];

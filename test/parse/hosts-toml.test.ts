import { fc } from '../house/property.ts';
import t from 'tap';
import { parseContainerdVersion } from '../../src/parse/containerd-version.ts';
import { parseHostsToml } from '../../src/parse/hosts-toml.ts';

const one = parseContainerdVersion('1.7.24');
const two = parseContainerdVersion('2.1.9');
const read = (text: string, version = two): ReturnType<typeof parseHostsToml> =>
  parseHostsToml(text, '/certs/r', version);
const order = (text: string, version = two): string[] => {
  const file = read(text, version);
  return file.ok ? file.hosts.map(({ scheme, host, path }) => `${scheme}://${host}${path}`) : [];
};

t.test('hosts come in the order of the file, the server last', t => {
  t.same(order('server = "https://s"\n[host."https://b"]\n[host."http://a/x"]\n[host."https://5000"]\n'), [
    'https://b/v2',
    'http://a/x/v2',
    'https://5000/v2',
    'https://s/v2',
  ]);
  t.same(order('[host."https://b"]\n'), ['https://b/v2', '://'], 'the default upstream stands for no server');
  t.end();
});

t.test('only headers make hosts from 2.0 on, any table before', t => {
  const text = 'host = {"https://a" = {}}\n';
  t.same(order(text), ['://']);
  t.match(read(text), { skipped: [{ name: 'https://a', line: 1 }] });
  t.same(order(text, one), ['https://a/v2', '://']);
  t.match(read('server = "https://s"\n', one), { ok: false });
  t.match(read('server = "https://s"\n'), { ok: true });
  t.end();
});

t.test('every field is read', t => {
  const text = `[host."https://a"]
capabilities = ["Pull"]
ca = ["x.crt", "/abs.crt"]
client = [["c.pem", "k.pem"]]
skip_verify = true
override_path = true
dial_timeout = "1.5s"
unknown = 1
[host."https://a".header]
x-token = "s3cret"
`;
  const file = read(text);
  const { headers, ...host } = (file.ok ? file.hosts[0] : undefined) ?? {};
  t.same(headers?.open(), { 'x-token': ['s3cret'] });
  t.same(host, {
    scheme: 'https',
    host: 'a',
    path: '',
    capabilities: { pull: true, resolve: false },
    caFiles: ['/certs/r/x.crt', '/abs.crt'],
    clientPairs: [{ certFile: '/certs/r/c.pem', keyFile: '/certs/r/k.pem' }],
    skipVerify: true,
    headerNames: ['x-token'],
    dialTimeoutMs: 1500,
    line: 1,
  });
  t.notMatch(JSON.stringify(file), /s3cret/, 'values of headers are not to be seen');
  t.end();
});

t.test('a wrong value refuses the file and names its line', t => {
  const cases: [string, number][] = [
    ['ca = 5', 2],
    ['ca = [5]', 2],
    ['client = true', 2],
    ['client = [["a"]]', 2],
    ['skip_verify = "yes"', 2],
    ['\noverride_path = 1', 3],
    ['capabilities = "pull"', 2],
    ['capabilities = ["fetch"]', 2],
    ['dial_timeout = "5"', 2],
    ['dial_timeout = 5', 2],
    ['header = "x"', 2],
    ['[host."https://a".header]\n  x = 5', 3],
    ['header = {x = 5}', 2],
    ['ca = "x', 2],
  ];
  for (const [text, line] of cases) t.match(read(`[host."https://a"]\n${text}\n`), { ok: false, line }, text);
  t.match(read('server = 5\n'), { ok: false, line: 1 });
  t.match(read('[host]\n"https://a" = 5\n'), { ok: false, line: 2 });
  t.match(read('[host."https://a:x"]\n'), { ok: false, line: 1 });
  t.end();
});

t.test('what is newer than the version is ignored or refused as that version does', t => {
  t.match(read('[host."https://a"]\ndial_timeout = 5\n', one), { ok: true });
  t.match(read('[host."https://a"]\nskip_Verify = true\n', one), { hosts: [{ skipVerify: null }, {}] });
  t.match(read('[host."https://a"]\nskip_Verify = true\n', two), { hosts: [{ skipVerify: true }, {}] });
  const referrers = '[host."https://a"]\ncapabilities = ["referrers", "pull"]\n';
  t.match(read(referrers), { ok: false });
  t.match(read(referrers, parseContainerdVersion('2.2.0')), { ok: true });
  t.end();
});

t.test('nothing makes it throw', t => {
  const key = fc.constantFrom(
    'ca',
    'client',
    'server',
    'host',
    'header',
    'capabilities',
    'skip_verify',
    'dial_timeout',
  );
  const value = fc.constantFrom('5', '"x"', '[]', '[[]]', '[["a","b"]]', 'true', '{}', '1979-05-27', '[1,"x"]', 'nan');
  const line = fc.oneof(
    fc.tuple(key, value).map(pair => pair.join(' = ')),
    fc.constantFrom('[host."https://a"]', '[host]', '[[host]]', '[host."".header]'),
  );
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom(one, two), (lines, version) => {
      const file = parseHostsToml(lines.join('\n'), '/', version);
      return file.ok || file.reason !== '';
    }),
  );
  t.pass();
  t.end();
});

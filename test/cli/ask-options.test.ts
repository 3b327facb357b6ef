import t from 'tap';
import { asking, askOptions, filterOf, filterOptions, usesKubectl } from '../../src/cli/ask-options.ts';
import { incidentsCommand } from '../../src/cli/incidents.ts';
import { parseOptions } from '../../src/lib/options.ts';
import { PullpathError } from '../../src/model/error.ts';
import { fakeKubectl } from './fake-kubectl.ts';
import { runCommand } from './run-command.ts';

const parse = (argv: string[], env: Record<string, string> = {}) =>
  parseOptions({ ...askOptions, ...filterOptions }, { argv, env, readConfig: () => null }).values;
const io = (plugin: boolean): Parameters<typeof asking>[1] => ({
  ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, colour: false, width: 100 },
  ...{ signal: new AbortController().signal, plugin },
});

t.test('the plugin asks through kubectl unless a server is named; elsewhere kubectl must be asked for', t => {
  const cases: [string[], Record<string, string>, boolean, boolean][] = [
    [[], {}, false, false],
    [[], {}, true, true],
    [['--kubectl'], {}, false, true],
    [['--server=http://a'], {}, true, false],
    [[], { PULLPATH_SERVER: 'http://a' }, true, false],
    [['--kubectl'], { PULLPATH_SERVER: 'http://a' }, false, true],
    [['--kubectl=false'], {}, true, false],
    [[], { PULLPATH_KUBECTL: 'true' }, false, true],
  ];
  for (const [argv, env, plugin, expected] of cases)
    t.equal(usesKubectl(parse(argv, env), io(plugin)), expected, JSON.stringify([argv, env, plugin]));
  t.end();
});

t.test('values that cannot be are refused by name', t => {
  for (const argv of [
    ...[['--cause=bad-luck'], ['--since=yesterday'], ['--since', '2026-02-30T00:00'], ['--server=ftp://x']],
    ...[['--output=xml'], ['--service=pullpath'], ['--service=https:a:b/../c'], ['--namespace=']],
  ])
    t.throws(() => parse(argv), { code: 'option-invalid' }, argv.join(' '));
  t.equal(parse(['-n', 'other', '-o', 'wide']).namespace, 'other');
  t.end();
});

t.test('a time is a span before now or a moment', t => {
  t.match(filterOf(parse(['--since', '1h30m']), 10_000_000), { since: '4600000', cause: null, registry: null });
  t.equal(filterOf(parse(['--since', '2026-01-31T08:00:00Z']), 0).since, String(Date.UTC(2026, 0, 31, 8)));
  t.equal(filterOf(parse([]), 0).since, null);
  t.end();
});

t.test('a namespace that is no name stays one part of the path', async t => {
  const { asked } = fakeKubectl(t, `fs.writeSync(1, '{"items":[],"next":null}');`);
  await runCommand(incidentsCommand, ['--kubectl', '-n', '../../x?y', '--context=--help']);
  t.match(asked(), [['--context=--help', 'get', '--raw', /namespaces\/\.\.%2F\.\.%2Fx%3Fy\/services/]]);
});

t.test('the way is closed whatever comes of the question', async t => {
  const values = parse(['--server=http://127.0.0.1:9']);
  const asked = asking(values, io(false), () => Promise.reject(new PullpathError('not-found', 'x')));
  await t.rejects(asked, { code: 'not-found' });
});

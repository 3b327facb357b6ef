import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { commandTable } from '../src/commands.ts';
import { root } from './house/source-tree.ts';

type Result = { status: number | null; stdout: string; stderr: string };

const pullpath = (args: string[], env: Record<string, string> = {}): Result => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/main.ts'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { status, stdout, stderr };
};

t.test('help names every command, and every command has its own help', t => {
  const { status, stdout } = pullpath(['--help']);
  t.equal(status, 0);
  for (const entry of commandTable) t.match(stdout, new RegExp(`^  ${entry.name} +${entry.summary.slice(0, 20)}`, 'm'));
  for (const entry of commandTable) {
    const help = pullpath([entry.name, '--help']);
    t.equal(help.status, 0, entry.name);
    t.match(help.stdout, `Usage: pullpath ${entry.name}`);
    t.match(help.stdout, '--config FILE');
    for (const line of help.stdout.split('\n')) t.ok(line.length <= 100, line);
  }
  t.equal(pullpath(['nodes', '-h']).stdout, pullpath(['nodes', '--help']).stdout);
  t.match(pullpath(['--version']).stdout, /^pullpath \d+\.\d+\.\d+\n$/);
  t.end();
});

t.test('a module’s own name and summary are those of the table', async t => {
  t.ok(commandTable.length > 0);
  for (const entry of commandTable) {
    const command = await entry.load();
    t.match(command, { name: entry.name, summary: entry.summary });
  }
});

t.test('a usage fault is one line on stderr with its code, and exit code 2', t => {
  const folder = mkdtempSync(join(tmpdir(), 'pullpath-main-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const badYaml = join(folder, 'bad.yaml');
  writeFileSync(badYaml, 'a: [');
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['frobnicate'], {}, /^pullpath frobnicate: .*\[command-unknown\]\n$/],
    [['check', '--cri-socket=foo'], {}, /^pullpath check: --cri-socket: "foo".*absolute path.*\n$/],
    [
      ['check', '--host-root=/nowhere', 'r.test'],
      {},
      /^pullpath check: --host-root: there is no directory \/nowhere;.*\n$/,
    ],
    [['check', ''], {}, /^pullpath check: a target is empty;.*\[option-invalid\]\n$/],
    [['nodes', '--kubectl', '--server=http://a'], {}, /^pullpath nodes: --server and --kubectl say two things;.*\n$/],
    [['nodes', '--context=prod'], {}, /^pullpath nodes: --context goes with --kubectl;.*\[option-invalid\]\n$/],
    [['agent', '--nope'], {}, /^pullpath agent: unknown option --nope.*\[option-invalid\]\n$/],
    [['agent', '--retry=maybe'], {}, /^pullpath agent: --retry: "maybe".*off, confirm, recover.*\n$/],
    [['agent'], { PULLPATH_HEARTBEAT: 'x' }, /^pullpath agent: PULLPATH_HEARTBEAT: "x".*\n$/],
    [['aggregator', '--listen=nowhere'], {}, /^pullpath aggregator: --listen: "nowhere".*\n$/],
    [['nodes', 'one', 'two'], {}, /^pullpath nodes: unexpected argument.*\n$/],
    [['agent', `--config=${badYaml}`], {}, /bad\.yaml: Flow sequence .* line 1.*\[config-unreadable\]\n$/],
    [['agent', '--config=/nowhere.yaml'], {}, /nowhere\.yaml.*\[config-unreadable\]\n$/],
  ];
  for (const [args, env, message] of cases) {
    const result = pullpath(args, env);
    t.equal(result.status, 2, args.join(' '));
    t.match(result.stderr, message);
    t.equal(result.stdout, '');
  }
  t.end();
});

t.test('as kubectl’s plugin it says so, and asks through kubectl', t => {
  const folder = mkdtempSync(join(tmpdir(), 'pullpath-main-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const plugin = join(folder, 'kubectl-pullpath');
  symlinkSync(join(root, 'src/main.ts'), plugin);
  const run = (...args: string[]): Result =>
    spawnSync(process.execPath, [plugin, ...args], { encoding: 'utf8', env: { PATH: folder } });
  t.match(run('--help').stdout, 'Usage: kubectl pullpath COMMAND');
  t.match(run('nodes', '--help').stdout, 'Usage: kubectl pullpath nodes');
  const nodes = run('nodes');
  t.match(nodes, {
    status: 3,
    stderr: /^kubectl pullpath nodes: kubectl is not on the PATH.*\[aggregator-unreachable\]\n$/,
  });
  const direct = run('nodes', '--server=http://127.0.0.1:9');
  t.match(direct, { status: 3, stderr: /nothing listens there/ });
  t.end();
});

t.test('a file that an option names and that cannot be used is a usage fault', t => {
  for (const option of ['--token-file=/nowhere', '--ca-file=/nowhere'])
    t.match(pullpath(['nodes', option]), {
      status: 2,
      stderr: /\/nowhere cannot be read: no such file or directory \(ENOENT\)/,
    });
  t.end();
});

t.test('a Node that is too old is said to be so in one line, with what to do', t => {
  // Only what the program reads of its Node is changed: an old Node itself cannot read the sources.
  const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', pretend, join(root, 'src/main.ts'), 'nodes'], {
    encoding: 'utf8',
  });
  t.equal(status, 2);
  t.match(stderr, /^pullpath nodes: this is Node 20\.20\.2, and 22\.19 or newer is needed; .*\[node-too-old\]\n$/);
  t.end();
});

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import t from 'tap';
import type { Walk } from '../src/model/walk.ts';
import { withoutRoot } from './house/root.ts';
import { startBox, type Box } from './lab/box.ts';
import { startHosts } from './lab/hosts.ts';
import { labEnvironment } from './lab/process.ts';
import { allScenarios } from './lab/scenarios.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const main = join(import.meta.dirname, '../src/main.ts');

type Ran = { code: number | null; stdout: string; stderr: string };

/** `pullpath check` on the lab's node. */
const check = async (box: Box, ...args: string[]): Promise<Ran> => {
  const [file = '', ...rest] = box.namespace.enter([process.execPath, main, 'check', ...args]);
  const child = spawn(file, [...rest, '--cri-socket', box.containerd.socket], { env: labEnvironment() });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, stdout, stderr };
};

const walksOf = ({ stdout }: Ran): Walk[] =>
  stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Walk);

/** The causes of a walk's errors. */
const errorsOf = (walk: Walk | undefined): string =>
  walk?.findings.flatMap(({ severity, cause }) => (severity === 'error' ? [cause] : [])).join(', ') || 'nothing';

/** What only the pod's secret decides, which a walk without credentials cannot see, and policies that need no registry. */
const withoutCredentials: Record<string, string> = {
  'healthy-private': 'auth-required',
  'wrong-secret': 'auth-required',
  'missing-secret': 'auth-required',
};

t.test(
  'each fault of the lab is named by its cause, and nothing is said against what is sound',
  { skip: withoutRoot },
  async t => {
    const box = await startBox();
    t.teardown(() => box.stop());
    const undo: (() => Promise<void>)[] = [];
    t.teardown(async () => {
      for (const step of undo.reverse()) await step();
    });
    const hosts = await startHosts({ box, defer: step => undo.push(step) });
    const scenarios = allScenarios(hosts).filter(({ policy }) => policy !== 'Never');
    const ran = await check(box, '--json', ...scenarios.map(({ image }) => image));
    t.equal(ran.code, 1, ran.stderr);
    const walks = walksOf(ran);
    t.equal(walks.length, scenarios.length);
    let right = 0;
    for (const [at, { pod, causes, truth, image }] of scenarios.entries()) {
      const wanted = withoutCredentials[pod] ?? causes[0] ?? 'nothing';
      let walk = walks[at];
      // A step has seconds, which all walks at once on a machine with other work may need: by itself it must do.
      if (errorsOf(walk) !== wanted) [walk] = walksOf(await check(box, '--json', image));
      const said = errorsOf(walk);
      const good = said === wanted;
      if (good) right += 1;
      if (!good) t.comment(JSON.stringify(walk?.hosts[0]?.checks.filter(one => one.outcome === 'fail')));
      t.comment(
        `${good ? 'ok   ' : 'WRONG'} ${truth.padEnd(40)} ${wanted.padEnd(24)} ${said.padEnd(30)} ${walk?.ms ?? 0} ms`,
      );
      t.equal(said, wanted, `${pod}: ${image}`);
      for (const finding of walk?.findings ?? []) t.ok(finding.fix.length > 0, `${finding.cause} has a fix`);
    }
    t.comment(`${right} of ${scenarios.length} right`);
  },
);

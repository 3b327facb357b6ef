// A program of its own, run on the node in the box: it walks and asks by curl in turn, and prints the times as JSON.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openNode } from '../src/agent/check/node.ts';
import { parseTarget } from '../src/agent/check/target.ts';
import { isSound, walkTarget } from '../src/agent/check/walk.ts';

const [criSocket = '', what = 'sound'] = process.argv.slice(2);
const { signal } = new AbortController();
const exec = promisify(execFile);
const digest = `sha256:${'d'.repeat(64)}`;
const base = 'https://reg.lab.test/v2';
const image = 'reg.lab.test/team/app:v1';
const token = 'https://auth.lab.test/token?scope=repository%3Ateam%2Fapp%3Apull&service=lab';
const common = ['-s', '-f', '-o', '/dev/null'];
const bearer = ['-H', 'Authorization: Bearer token'];

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** The walk's own requests, one after the other. */
const requests: string[][] = [
  // It answers 401, which is no failure here.
  ['-s', '-o', '/dev/null', `${base}/`],
  [...common, token],
  [...common, ...bearer, '-I', `${base}/team/app/manifests/v1`],
  [...common, ...bearer, `${base}/team/app/manifests/${digest}`],
  [...common, ...bearer, '-r', '0-0', `${base}/team/app/blobs/${digest}`],
];

const curlEach = async (): Promise<void> => {
  for (const request of requests) await exec('curl', request);
};

const curlReused = (): Promise<unknown> =>
  exec(
    'curl',
    requests.flatMap((request, at) => (at === 0 ? request : ['--next', ...request])),
  );

const open = () => openNode({ hostRoot: '/', criSocket, nodeName: 'bench' }, signal);

const sound = async (): Promise<object> => {
  const node = await open();
  const walk = async (): Promise<void> => {
    const walked = await walkTarget(parseTarget(image), node, { signal, pull: false });
    if (!isSound(walked)) throw new Error(JSON.stringify(walked, null, 1));
  };
  const program = [join(import.meta.dirname, '../src/main.ts'), 'check', '--cri-socket', criSocket, image];
  const figures = {
    walk: [] as number[],
    curlEach: [] as number[],
    curlReused: [] as number[],
    program: [] as number[],
  };
  for (let at = 0; at < 5; at += 1) await walk();
  for (let at = 0; at < 25; at += 1) {
    // In turn, so that what else the machine does falls on all alike. A new node: its resolver keeps answers.
    const fresh = await open();
    figures.walk.push(await timed(() => walkTarget(parseTarget(image), fresh, { signal, pull: false })));
    fresh.client.close();
    figures.curlEach.push(await timed(curlEach));
    figures.curlReused.push(await timed(curlReused));
  }
  for (let at = 0; at < 5; at += 1) figures.program.push(await timed(() => exec(process.execPath, program)));
  node.client.close();
  return figures;
};

const broken = async (): Promise<object> => {
  const node = await open();
  const times: number[] = [];
  for (let at = 0; at < 3; at += 1) {
    const target = parseTarget('nohost.lab.test/team/app:v1');
    times.push(
      await timed(async () => {
        const { hosts } = await walkTarget(target, node, { signal, pull: false });
        if (
          hosts.length !== 10 ||
          isSound({ target: '', registry: '', hosts, checks: [], findings: [], startedAt: 0, ms: 0 })
        )
          throw new Error(`${hosts.length} hosts`);
      }),
    );
  }
  node.client.close();
  return { broken: times };
};

process.stdout.write(JSON.stringify(await (what === 'broken' ? broken() : sound())));

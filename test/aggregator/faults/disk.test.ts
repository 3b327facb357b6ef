import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { withoutRoot } from '../../house/root.ts';
import { runProgram, startProgram } from '../program.ts';
import { sampleFinding, sampleFull, temporaryDirectory } from '../sample.ts';

t.setTimeout(290_000);

type Teardown = { teardown: (run: () => unknown) => void };

/** A file system of a few MiB. */
const smallDisk = (t: Teardown): string => {
  const directory = temporaryDirectory(t);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]);
  if (status !== 0) throw new Error(`no file system can be mounted: ${stderr.toString()}`);
  t.teardown(() => spawnSync('umount', ['-l', directory]));
  return directory;
};

const post = async (port: number, name: string, seq: number): Promise<Response> => {
  const report = sampleFull(
    { name, seq },
    { findings: [sampleFinding({ id: `f-${name}`, message: 'm'.repeat(3000) })] },
  );
  const headers = { 'content-type': 'application/json' };
  return fetch(`http://127.0.0.1:${port}/v1/reports`, { method: 'POST', headers, body: JSON.stringify(report) });
};

const namesOf = async (port: number): Promise<string[]> => {
  const response = await fetch(`http://127.0.0.1:${port}/v1/nodes?limit=500`);
  return ((await response.json()) as { items: { name: string }[] }).items.map(({ name }) => name);
};

const fullDisk = 'a disk that is full: refused for now, all that was acknowledged is there, well again by itself';
t.test(fullDisk, { skip: withoutRoot }, async t => {
  const disk = smallDisk(t);
  const dataDir = join(disk, 'data');
  const { child, port } = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${dataDir}`]);
  t.teardown(() => child.kill('SIGKILL'));
  const stored: string[] = [];
  const send = async (name: string): Promise<Response> => {
    const response = await post(port, name, 1);
    if (response.status === 202) stored.push(name);
    return response;
  };
  t.equal((await send('first')).status, 202);
  const filler = join(disk, 'filler');
  // What is free goes, to the last block.
  const fill = (): unknown => spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
  fill();
  let refused: Response | null = null;
  for (let at = 0; refused === null && at < 200; at += 1) {
    const response = await send(`node-${at}`);
    if (response.status !== 202) refused = response;
  }
  t.equal(refused?.status, 503);
  t.ok(Number(refused?.headers.get('retry-after')) > 0);
  t.match(await refused?.json(), { code: 'store-unavailable' });
  t.same((await namesOf(port)).sort(), [...stored].sort(), 'reads go on, and nothing else is stored');
  rmSync(filler);
  t.equal((await send('later')).status, 202);
  t.same((await namesOf(port)).sort(), [...stored].sort());

  fill();
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  const again = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${dataDir}`]);
  t.teardown(() => again.child.kill('SIGKILL'));
  t.same((await namesOf(again.port)).sort(), [...stored].sort(), 'killed and started on the full disk, it tells all');
  rmSync(filler);
  t.equal((await post(again.port, 'last', 1)).status, 202);
  t.same((await namesOf(again.port)).sort(), [...stored, 'last'].sort());
});

t.test('a damaged database: refuses to start, says what to do, and leaves every byte', async t => {
  const dataDir = temporaryDirectory(t);
  const { child, port } = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${dataDir}`]);
  t.equal((await post(port, 'a', 1)).status, 202);
  await new Promise(resolve => child.once('exit', resolve).kill('SIGTERM'));
  const [name = ''] = readdirSync(dataDir).filter(file => /\.(?:db|sqlite3?)$/.test(file));
  const file = join(dataDir, name);
  const bytes = readFileSync(file);
  bytes.fill(0xff, 4096, Math.min(bytes.length, 65_536));
  writeFileSync(file, bytes);
  const { code, stderr } = await runProgram(['aggregator', '--listen=127.0.0.1:0', `--data-dir=${dataDir}`]);
  t.equal(code, 1);
  t.match(stderr, /\[database-corrupt\]/);
  t.ok(readFileSync(file).equals(bytes));
});

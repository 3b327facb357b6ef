import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import t from 'tap';
import { Agent, request } from 'undici';
import type { Report } from '../../src/model/report.ts';
import { until } from '../house/until.ts';
import { startProgram } from './program.ts';
import { sampleFinding, sampleFull, sampleHeartbeat, temporaryDirectory } from './sample.ts';

const agents = 50;
const kills = 10;

/** Every third report is full and holds a finding that no other report has; the others are heartbeats. */
const reportOf = (name: string, seq: number): Report =>
  seq % 3 === 1
    ? sampleFull({ name, seq }, { findings: [sampleFinding({ id: `${name}-${seq}` })] })
    : sampleHeartbeat({ name, seq }, seq - ((seq - 1) % 3));

type Load = { port: number; stop: boolean; sent: number; acknowledged: number; repeats: number };

/** One agent: each report is sent again until it is acknowledged, and only then the next. Gives its last number. */
const runAgent = async (name: string, load: Load, dispatcher: Agent): Promise<number> => {
  for (let seq = 1; ; seq += 1) {
    const body = JSON.stringify(reportOf(name, seq));
    for (let done = false; !done;) {
      load.sent += 1;
      try {
        const answer = await request(`http://127.0.0.1:${load.port}/v1/reports`, {
          ...{ method: 'POST', dispatcher, body, headers: { 'content-type': 'application/json' } },
          ...{ headersTimeout: 20_000, bodyTimeout: 20_000 },
        });
        const { stored } = (await answer.body.json()) as { stored?: boolean };
        done = answer.statusCode === 200 || answer.statusCode === 202;
        if (done && stored === false) load.repeats += 1;
      } catch {
        await new Promise(resolve => setTimeout(resolve, 250));
      }
    }
    load.acknowledged += 1;
    if (load.stop) return seq;
  }
};

const killHard = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

t.setTimeout(290_000);

t.test('killed with -9 ten times under load, it holds every acknowledged report once', async t => {
  const dataDir = temporaryDirectory(t);
  const start = (port: number): ReturnType<typeof startProgram> =>
    startProgram([`--listen=127.0.0.1:${port}`, `--data-dir=${dataDir}`, '--log-level=info']);
  let { child, port } = await start(0);
  t.teardown(() => child.kill('SIGKILL'));
  const load: Load = { port, stop: false, sent: 0, acknowledged: 0, repeats: 0 };
  const dispatcher = new Agent({ connections: agents, pipelining: 1 });
  t.teardown(() => dispatcher.destroy());
  const names = Array.from({ length: agents }, (_, index) => `node-${index}`);
  const running = names.map(name => runAgent(name, load, dispatcher));
  for (let kill = 0; kill < kills; kill += 1) {
    const before = load.acknowledged;
    await until('200 reports', () => load.acknowledged >= before + 200);
    await killHard(child);
    ({ child, port } = await start(load.port));
  }
  load.stop = true;
  const lastSeqs = await Promise.all(running);
  const answer = await request(`http://127.0.0.1:${load.port}/v1/nodes?limit=500`);
  const { items } = (await answer.body.json()) as { items: { name: string; status: string }[] };
  t.equal(items.length, agents);
  await killHard(child);

  const db = new DatabaseSync(join(dataDir, 'pullpath.db'), { readOnly: true });
  t.teardown(() => db.close());
  const rows = db
    .prepare('SELECT node.name, boot.seen, boot.reports FROM node JOIN boot ON boot.node_id = node.id')
    .all();
  t.same(
    rows.map(row => `${String(row['name'])}: ${String(row['seen'])}, ${String(row['reports'])} stored`).sort(),
    names.map((name, index) => `${name}: 1-${lastSeqs[index]}, ${lastSeqs[index]} stored`).sort(),
    'every number of every agent, and as many reports stored as there are numbers',
  );
  const wanted = names.flatMap((name, index) =>
    Array.from({ length: lastSeqs[index] ?? 0 }, (_, at) => at + 1)
      .filter(seq => seq % 3 === 1)
      .map(seq => `${name}-${seq}`),
  );
  const found = db
    .prepare('SELECT finding_id FROM finding')
    .all()
    .map(row => String(row['finding_id']));
  t.same(found.sort(), wanted.sort(), 'what every full report said, once');
  const open = db.prepare('SELECT count(*) AS count FROM finding WHERE closed_at IS NULL').get();
  t.equal(open?.['count'], agents, 'and only the newest of each node is open');
  t.comment({ ...load, reports: lastSeqs.reduce((sum, seq) => sum + seq, 0) });
  t.ok(load.sent > load.acknowledged, 'some were sent again');
});

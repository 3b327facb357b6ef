import type { Test } from 'tap';
import { Agent, request } from 'undici';
import { postgresDatabase } from '../../../src/aggregator/store/postgres.ts';
import { storeOn, type Store } from '../../../src/aggregator/store/store.ts';
import type { Report } from '../../../src/model/report.ts';
import { startPostgres, type Postgres } from '../../lab/postgres.ts';
import { sampleFinding, sampleFull, sampleHeartbeat, silentLog } from '../sample.ts';

export { until } from '../../house/until.ts';

type Teardown = { teardown: (run: () => unknown) => void };
/** A store on a database, closed after the test. */
export const openOn = async (t: Teardown, url: string): Promise<Store> => {
  const store = storeOn(await postgresDatabase(url, silentLog));
  t.teardown(() => store.close());
  return store;
};
/** A database's name in its URL. */
export const nameOf = (url: string): string => new URL(url).pathname.slice(1);
/** A server of its own, stopped after the test. */
export const serverFor = async (t: Teardown): Promise<Postgres> => {
  const server = await startPostgres();
  t.teardown(() => server.stop());
  return server;
};
/** Every third report is full and holds a finding that no other report has; the others are heartbeats. */
export const reportOf = (name: string, seq: number): Report =>
  seq % 3 === 1
    ? sampleFull({ name, seq }, { findings: [sampleFinding({ id: `${name}-${seq}` })] })
    : sampleHeartbeat({ name, seq }, seq - ((seq - 1) % 3));
/** The findings of one agent's reports up to a number. */
export const findingsOf = (name: string, last: number): string[] =>
  Array.from({ length: last }, (_, index) => index + 1)
    .filter(seq => seq % 3 === 1)
    .map(seq => `${name}-${seq}`);

/** Agents at work. */
export type Load = {
  readonly acknowledged: number;
  readonly sent: number;
  /** Lets each agent's report under way be acknowledged; gives the number of its last one by its name. */
  end: () => Promise<Map<string, number>>;
};

/** So many agents, each of which sends a report to one replica after the other until it is acknowledged, and only then the next. */
export const startLoad = (t: Teardown, ports: readonly number[], count: number): Load => {
  const load = { acknowledged: 0, sent: 0, stop: false };
  const dispatcher = new Agent({ connections: count + 10, pipelining: 1 });
  t.teardown(() => dispatcher.destroy());
  const post = async (port: number, body: string): Promise<boolean> => {
    try {
      const answer = await request(`http://127.0.0.1:${port}/v1/reports`, {
        ...{ method: 'POST', dispatcher, body, headers: { 'content-type': 'application/json' } },
        ...{ headersTimeout: 20_000, bodyTimeout: 20_000 },
      });
      await answer.body.dump();
      return answer.statusCode === 200 || answer.statusCode === 202;
    } catch {
      return false;
    }
  };
  const runAgent = async (name: string, index: number): Promise<[string, number]> => {
    for (let seq = 1; ; seq += 1) {
      const body = JSON.stringify(reportOf(name, seq));
      // As behind a service: the next try may meet another replica.
      for (let done = false; !done; index += 1) {
        load.sent += 1;
        done = await post(ports[index % ports.length] ?? 0, body);
        if (!done) await new Promise(resolve => setTimeout(resolve, 100));
      }
      load.acknowledged += 1;
      if (load.stop) return [name, seq];
    }
  };
  const running = Array.from({ length: count }, (_, index) => runAgent(`node-${index}`, index));
  return Object.assign(load, {
    end: async () => {
      load.stop = true;
      return new Map(await Promise.all(running));
    },
  });
};

/** Whether a database holds what the agents had acknowledged, all of it and once. */
export const holdsOnce = async (
  t: Test,
  [server, name]: [Postgres, string],
  last: Map<string, number>,
): Promise<void> => {
  const rows = await server.query(
    'SELECT node.name, boot.seen, boot.reports FROM node JOIN boot ON boot.node_id = node.id',
    name,
  );
  t.same(
    rows.map(row => `${String(row['name'])}: ${String(row['seen'])}, ${String(row['reports'])} stored`).sort(),
    [...last].map(([node, seq]) => `${node}: 1-${seq}, ${seq} stored`).sort(),
    'every number of every agent, and as many reports stored as there are numbers',
  );
  const found = await server.query('SELECT finding_id, closed_at FROM finding', name);
  t.same(
    found.map(row => String(row['finding_id'])).sort(),
    [...last].flatMap(([node, seq]) => findingsOf(node, seq)).sort(),
    'what every full report said, once',
  );
  t.equal(found.filter(row => row['closed_at'] === null).length, last.size, 'only the newest of each is open');
};

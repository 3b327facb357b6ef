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

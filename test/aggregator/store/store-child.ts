import { postgresDatabase } from '../../../src/aggregator/store/postgres.ts';
import type { Incident } from '../../../src/model/incident.ts';
import { openStore, storeOn, type Store } from '../../../src/aggregator/store/store.ts';
import { PullpathError } from '../../../src/model/error.ts';
import { silentLog } from '../sample.ts';
import type { ChildAnswer, ChildCall } from './killed-store.ts';

// A process that holds stores for another one, which kills it. It ends with that one, however that ends.

const stores = new Map<string, Promise<Store>>();

const storeOf = (where: string): Promise<Store> => {
  const held = stores.get(where);
  if (held) return held;
  const opening = where.startsWith('postgres:')
    ? postgresDatabase(where, silentLog).then(storeOn)
    : Promise.resolve(openStore(where));
  stores.set(where, opening);
  void opening.then(store => store.watch(() => process.send?.({ changed: where } satisfies ChildAnswer)));
  return opening;
};

/** Leads for as long as one step takes. */
const saveIncidents = async (store: Store, [given, now]: unknown[]): Promise<void> => {
  const ended = new AbortController();
  await store.lead(ended.signal, async leader => {
    await leader.saveIncidents(given as Incident[], Number(now));
    ended.abort();
  });
};

const answer = async ({ where, method, args }: ChildCall): Promise<unknown> => {
  const store = await storeOf(where);
  if (method === 'saveIncidents') return saveIncidents(store, args);
  if (method === 'close') stores.delete(where);
  return (store[method] as (...given: unknown[]) => unknown)(...args);
};

process.on('message', (call: ChildCall) => {
  answer(call).then(
    value => process.send?.({ id: call.id, value } satisfies ChildAnswer),
    (error: unknown) =>
      process.send?.({
        id: call.id,
        fault: { message: String(error), code: error instanceof PullpathError ? error.code : null },
      } satisfies ChildAnswer),
  );
});
process.once('disconnect', () => process.exit());

import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { sleep } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import { PullpathError } from '../../model/error.ts';
import { limits } from '../../model/limits.ts';
import { postgresFault } from './postgres-fault.ts';
import { lockKeys, transact } from './postgres-sql.ts';
import type { Database } from './sql.ts';

/** What leading needs. */
export type LeadParts = { config: pg.ClientConfig; prepare: () => Promise<void>; log: Log };

type Work = Parameters<Database['lead']>[1];

/** The server looks for a dead peer within seconds; it would otherwise keep a lost machine's lock for hours. */
const keepalives = 'SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3';

const connect = async (config: pg.ClientConfig, onLost: () => void): Promise<pg.Client> => {
  const client = new pg.Client({ ...config, application_name: 'pullpath leader', query_timeout: limits.leadAnswerMs });
  client.on('error', onLost);
  client.on('end', onLost);
  await client.connect();
  await client.query(keepalives);
  return client;
};

const takeLock = async (client: pg.Client, signal: AbortSignal): Promise<void> => {
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
      ...lockKeys.lead,
    ]);
    if (rows[0]?.got === true) return;
    await pause(limits.leadPollMs, undefined, { signal });
  }
};

/** The leader's own connection: with the lock it loses the means to write. One transaction after the other. */
const writeOn = (client: pg.Client, lost: AbortSignal): Database['write'] => {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const mine = last.then(async () => {
      try {
        if (lost.aborted) throw new PullpathError('store-unavailable', 'this replica does not lead any more');
        return await transact(client, work);
      } catch (error) {
        throw postgresFault(error);
      }
    });
    last = mine.catch(() => undefined);
    return mine;
  };
};

/** Leads once: waits for the lock, works while it is held, and lets it go. */
const leadOnce = async ({ config, log }: LeadParts, signal: AbortSignal, work: Work): Promise<void> => {
  const lost = new AbortController();
  const client = await connect(config, () => lost.abort());
  const ended = AbortSignal.any([signal, lost.signal]);
  let asking: NodeJS.Timeout | null = null;
  try {
    await takeLock(client, ended);
    log.info({}, 'this replica leads');
    asking = setInterval(() => {
      client.query('SELECT 1').catch(() => lost.abort());
    }, limits.leadPollMs);
    await work(writeOn(client, ended), ended);
  } finally {
    if (asking !== null) clearInterval(asking);
    const isLost = lost.signal.aborted;
    lost.abort();
    // Its end is the lock's end; one that does not answer any more is cut.
    if (isLost) cut(client);
    else
      await Promise.race([client.end().catch(() => undefined), pause(limits.leadAnswerMs, undefined, { ref: false })]);
    if (isLost && !signal.aborted) log.warn({}, 'this replica does not lead any more: its connection is lost');
  }
};

const cut = (client: pg.Client): void => {
  client.end().catch(() => undefined);
  // Not in the types: `end` says goodbye first, and a server that hangs would keep the lock for as long.
  (client as unknown as { connection: { stream: { destroy: () => void } } }).connection.stream.destroy();
};

const isOutage = (error: Error): boolean => error instanceof PullpathError && error.code === 'store-unavailable';

/** Leads, and stands by to lead again, until the signal; the work's own faults end it. */
export const leadOn = async (parts: LeadParts, signal: AbortSignal, work: Work): Promise<void> => {
  while (!signal.aborted) {
    try {
      await parts.prepare();
      await leadOnce(parts, signal, work);
    } catch (error) {
      const fault = postgresFault(error);
      if (!isOutage(fault) && fault.name !== 'AbortError') throw fault;
    }
    await sleep(limits.leadPollMs, signal);
  }
};

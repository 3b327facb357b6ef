import pg from 'pg';
import { limits } from '../../model/limits.ts';
import { channel } from './postgres-sql.ts';

/** Tells of changes until it is closed. */
type Watching = { watch: (listener: () => void) => () => void; close: () => Promise<void> };

/**
 * Listens on a connection of its own, made with the first listener and made anew when it breaks. Announcements may be lost
 * with a connection, so every listener is also called now and then.
 */
export const watchOn = (config: pg.ClientConfig): Watching => {
  const listeners = new Set<() => void>();
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let connecting: Promise<void> | null = null;

  const call = (): void => {
    for (const listener of listeners) listener();
  };
  const drop = (broken: pg.Client): void => {
    if (client === broken) client = null;
    broken.end().catch(() => undefined);
  };
  const connect = async (): Promise<void> => {
    const fresh = new pg.Client(config);
    fresh.on('error', () => drop(fresh));
    fresh.on('end', () => drop(fresh));
    fresh.on('notification', call);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
      client = fresh;
    } catch {
      // The next turn of the timer tries again; until then it is the timer that tells.
      drop(fresh);
    }
  };
  const turn = (): void => {
    call();
    // A server that died without a word is found by asking.
    const held = client;
    if (held) held.query('SELECT 1').catch(() => drop(held));
    else
      connecting ??= connect().finally(() => {
        connecting = null;
      });
  };
  return {
    watch: listener => {
      listeners.add(listener);
      if (timer === null) {
        timer = setInterval(turn, limits.changesPollMs);
        timer.unref();
        connecting ??= connect().finally(() => {
          connecting = null;
        });
      }
      return () => listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
      if (timer !== null) clearInterval(timer);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };
};

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Store } from '../../../src/aggregator/store/store.ts';

/** What a method of a store is called, and what of leading is called. */
type Method = Exclude<keyof Store, 'watch' | 'lead' | 'checkRoom'> | 'saveIncidents';

export type ChildCall = { id: number; where: string; method: Method; args: unknown[] };
export type ChildAnswer =
  | { id: number; value: unknown }
  | { id: number; fault: { message: string; code: string | null } }
  | { changed: string };

const writes: ReadonlySet<Method> = new Set(['accept', 'askRetry', 'prune', 'saveIncidents', 'close']);

const faultOf = (message: string, code: string | null): Error => Object.assign(new Error(message), { code });

/** A process that holds stores, and what is killed with -9 in the middle of their work. */
export type StoreProcess = {
  /** The store in a directory, or of a database's URL. */
  open: (where: string) => Store;
  readonly kills: number;
  end: () => void;
};

/**
 * Starts it. After so many calls one of the victims is killed, in turn: `process` is the one that holds the stores, the others
 * kill and start something again. A question is under way then, and asked again; what changes the store waits until it is back.
 */
export const startStoreProcess = (every: number, victims: ('process' | (() => Promise<void>))[]): StoreProcess => {
  const waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>();
  const listeners = new Map<string, Set<() => void>>();
  let [calls, kills, ids] = [0, 0, 0];
  let killing: Promise<void> | null = null;

  const start = (): ChildProcess => {
    const child = fork(join(import.meta.dirname, 'store-child.ts'), { serialization: 'advanced' });
    child.on('message', (answer: ChildAnswer) => {
      if ('changed' in answer) return listeners.get(answer.changed)?.forEach(listener => listener());
      const held = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('fault' in answer) held?.fail(faultOf(answer.fault.message, answer.fault.code));
      else held?.done(answer.value);
    });
    child.once('exit', () => {
      for (const { fail } of waiting.values()) fail(faultOf('the process that held the store is gone', 'gone'));
      waiting.clear();
    });
    return child;
  };
  let child = start();

  const kill = async (): Promise<void> => {
    const victim = victims[kills % victims.length] ?? 'process';
    kills += 1;
    if (victim !== 'process') return victim();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    child = start();
  };
  const send = (where: string, method: Method, args: unknown[]): Promise<unknown> =>
    new Promise((done, fail) => {
      const id = (ids += 1);
      waiting.set(id, { done, fail });
      child.send({ id, where, method, args } satisfies ChildCall);
    });
  const call = async (where: string, method: Method, args: unknown[]): Promise<unknown> => {
    while (killing !== null) await killing;
    calls += 1;
    const isDue = calls % every === 0 && waiting.size === 0;
    let first: Promise<unknown> | null = null;
    if (isDue) {
      if (!writes.has(method)) first = send(where, method, args);
      first?.catch(() => undefined);
      killing = kill().finally(() => {
        killing = null;
      });
      await killing;
    }
    for (;;)
      try {
        return await (first ?? send(where, method, args));
      } catch (error) {
        const { code } = error as { code?: string | null };
        // Of what changes the store, only what was not begun is tried again.
        if (code !== 'store-unavailable' && !(code === 'gone' && !writes.has(method))) throw error;
        first = null;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
  };

  const open = (where: string): Store => {
    const mine = new Set<() => void>();
    listeners.set(where, mine);
    const own = {
      checkRoom: () => undefined,
      watch: (listener: () => void) => {
        mine.add(listener);
        return () => mine.delete(listener);
      },
      lead: async (signal: AbortSignal, work: Parameters<Store['lead']>[1]) => {
        const saveIncidents = async (...args: unknown[]): Promise<void> => {
          await call(where, 'saveIncidents', args);
        };
        if (!signal.aborted) await work({ signal, saveIncidents });
      },
    };
    return new Proxy(own as unknown as Store, {
      get: (target, name: string): unknown => {
        // A promise asks whether what it holds is one.
        if (name === 'then') return undefined;
        return Reflect.get(target, name) ?? ((...args: unknown[]) => call(where, name as Method, args));
      },
    });
  };
  return {
    open,
    get kills() {
      return kills;
    },
    end: () => child.kill('SIGKILL'),
  };
};

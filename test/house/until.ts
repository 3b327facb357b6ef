import { setTimeout as sleep } from 'node:timers/promises';

export type Wait = {
  /** Milliseconds after which it is given up: so many that only a fault comes so far, not a machine with other work. */
  within?: number;
  /** Milliseconds from one look to the next. */
  every?: number;
  /** Why it can never hold any more, as that a process ended; null while it can. */
  hopeless?: () => string | null;
};

/** Waits until a condition holds; throws, naming what was awaited, where it does not in time or cannot any more. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  { within = 90_000, every = 20, hopeless = () => null }: Wait = {},
): Promise<void> => {
  const end = performance.now() + within;
  for (;;) {
    const why = hopeless();
    if (why !== null) throw new Error(`${what}: ${why}`);
    if (await holds()) return;
    if (performance.now() > end) throw new Error(`waited ${within / 1000} s in vain for ${what}`);
    await sleep(every);
  }
};

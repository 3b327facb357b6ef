import { startFaults, type Missing } from './all-faults.ts';
import type { Fault } from './fault.ts';
import { judge, judgeText, type Judged } from './judge.ts';
import { startSite } from './site.ts';

/** Walks at a time: they have deadlines of seconds, and two cores to keep them on. */
const walksAtOnce = 4;

/** Lets so many in at a time, in the order in which they come. */
const makeGate = (width: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let free = width;
  const waiting: (() => void)[] = [];
  return async work => {
    if (free > 0) free -= 1;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};

/** So many wrong ones are a machine with other work; more are a fault of ours, and asking them one by one would take long. */
const againAtMost = 8;

/** Every fault, judged. All pulls start at once, since most of them only wait; walks follow as their pull has ended. */
export const runFaults = async (
  wanted: (fault: Fault) => boolean = () => true,
): Promise<{ judged: Judged[]; missing: Missing[] }> => {
  const site = await startSite();
  try {
    const { faults, missing } = await startFaults(site);
    const gate = makeGate(walksAtOnce);
    const judgeOne = async (fault: Fault): Promise<Judged> => {
      if (fault.kubeletSays !== undefined) return judgeText(fault, fault.kubeletSays);
      const error = await fault.node.pull(fault.image, fault.auth ?? null);
      const walk = await gate(() => fault.node.check(fault.image, fault.pulling ?? false));
      return judge(fault, error, walk);
    };
    const judged = await Promise.all(faults.filter(wanted).map(judgeOne));
    // Pulls and walks have limits of seconds: what was wrong beside all others is judged once more by itself.
    const wrong = judged.flatMap(({ right, fault }, at) =>
      right || fault.beyond !== undefined ? [] : [{ fault, at }],
    );
    if (wrong.length <= againAtMost) for (const { fault, at } of wrong) judged[at] = await judgeOne(fault);
    return { judged, missing };
  } finally {
    await site.stop();
  }
};

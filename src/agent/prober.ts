import {
  beginRound,
  holdRegistry,
  isAllWalked,
  keepImages,
  registryFailed,
  requestsSent,
  startSchedule,
  takeDue,
  targetsOf,
  walkEnded,
  type Moment,
  type ProbeSchedule,
  type ProbeTarget,
} from '../diagnose/probe-schedule.ts';
import { walkOutcome, type WalkOutcome } from '../diagnose/walk-outcome.ts';
import { Wake } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { causeFacts } from '../model/cause.ts';
import type { Check } from '../model/check.ts';
import { parseImageRef, printImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { WatchStep } from '../model/recovery.ts';
import type { ReportState } from '../model/report.ts';
import type { Walk } from '../model/walk.ts';
import type { NewFailure } from './journal-watch.ts';

/** The node as the walks of one moment start from it: its files are read anew for each moment. */
export type ProbedNode = {
  /** The checks of the node itself, but for the runtime's. */
  checks: Check[];
  /** False where the registries of its images cannot be known now. */
  runtimeAnswers: boolean;
  /** Every registry that certs.d or an image names. */
  registries: (signal: AbortSignal) => Promise<string[]>;
  /** What decides how it pulls, as hashes and traits. */
  settings: (signal: AbortSignal) => Promise<Pick<ReportState, 'fingerprint' | 'traits'>>;
  walk: (target: ProbeTarget, signal: AbortSignal) => Promise<Walk>;
  /** Asks one step of a path: whether it passed, the requests that went to each host, and the time that an answer named. */
  ask: (
    asked: StepAsked,
    signal: AbortSignal,
  ) => Promise<{ passed: boolean; requests: Record<string, number>; notBefore: number | null }>;
  close: () => void;
};

/** One step of the path to an image. */
export type StepAsked = { registry: string; image: string; step: WatchStep };

export type ProberOptions = {
  /** 0: only what fails is walked. */
  intervalMs: number;
  openNode: (signal: AbortSignal) => Promise<ProbedNode>;
  /** Images that cannot be pulled now, as pods name them. */
  openImages: () => string[];
  onWalk: (walk: Walk) => void;
  /** A round has read the node: its own checks, and what decides how it pulls. */
  onNode: (node: { checks: Check[]; at: number } & Pick<ReportState, 'fingerprint' | 'traits'>) => void;
  /** These are walked; walks of anything else are history. */
  onTargets: (targets: ProbeTarget[]) => void;
  /** Nothing is walked or read any more, until the next walk or round. */
  onIdle: () => void;
  /** Epoch milliseconds. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
  log: Log;
};

const targetOf = (image: string): ProbeTarget[] => {
  const parsed = parseImageRef(image);
  return parsed.ok ? [{ registry: parsed.ref.registry, image: printImageRef(parsed.ref) }] : [];
};

/** What the pod, its secret or the registry's content is at fault for: the path to the registry is not to be doubted for it. */
const ownStages: ReadonlySet<unknown> = new Set(['reference', 'manifest', 'unpack', 'runtime']);

const notWalked: WalkOutcome = { broken: true, reached: false, hosts: [], notBefore: null };

/** A node that several walks share while they start from the same moment. */
type Shared = { opened: Promise<ProbedNode>; at: number; users: number };

/**
 * Walks the pull path from this node: each registry it knows once an interval, at once where a pull fails, sooner again
 * while it is broken. What is due when is decided by the schedule; this class reads the clock and does it.
 */
export class Prober {
  private readonly options: ProberOptions;
  private readonly wake = new Wake();
  private readonly running = new Set<Promise<void>>();
  private schedule: ProbeSchedule;
  private shared: Shared | null = null;
  private readNode = false;
  private allWalked = false;
  private lastFault = '';

  constructor(options: ProberOptions) {
    this.options = options;
    this.schedule = startSchedule(options.intervalMs, this.moment());
  }

  /** True once every registry that the first round found has been walked. */
  get firstWalkDone(): boolean {
    this.allWalked ||= this.readNode && isAllWalked(this.schedule);
    return this.allWalked;
  }

  /** A pull failed that did not before, or for another cause. */
  consider({ image, cause }: Pick<NewFailure, 'image' | 'cause'>): void {
    const [target] = targetOf(image);
    if (target !== undefined && !ownStages.has(causeFacts(cause).stage))
      this.schedule = registryFailed(this.schedule, target.registry, this.options.now());
    this.wake.notify();
  }

  /** Pulls were opened or closed: what is walked may change. */
  look(): void {
    this.wake.notify();
  }

  async run(signal: AbortSignal): Promise<void> {
    let busy = false;
    while (!signal.aborted) {
      const now = this.options.now();
      if (now >= this.schedule.roundAt) {
        this.schedule = { ...this.schedule, roundAt: Infinity };
        this.start(this.round(signal));
      }
      const open = this.options.openImages().flatMap(targetOf);
      const due = takeDue(keepImages(this.schedule, open, now), now);
      this.schedule = due.schedule;
      this.options.onTargets(targetsOf(due.schedule));
      for (const target of due.targets) this.start(this.walk(target, signal));
      if (busy && this.running.size === 0) this.options.onIdle();
      busy = this.running.size > 0;
      await this.wake.wait(signal, Math.max(due.nextAt - now, 0));
    }
    await Promise.all(this.running);
  }

  /** Walks a target at once, beside the schedule, and gives what the node itself showed too; null where that was cut short. */
  async walkNow(target: ProbeTarget, signal: AbortSignal): Promise<{ walk: Walk; checks: Check[] } | null> {
    let seen: { walk: Walk; checks: Check[] } | null = null;
    await this.withNode(signal, async node => {
      const walk = await node.walk(target, signal);
      if (signal.aborted) return;
      this.schedule = requestsSent(this.schedule, walkOutcome(walk), target.registry, this.options.now());
      this.options.onWalk(walk);
      seen = { walk, checks: node.checks };
    });
    return seen;
  }

  /** Asks one step at once: whether it passed, false also where it could not be asked, and the time that its host named. */
  async askNow(asked: StepAsked, signal: AbortSignal): Promise<{ passed: boolean; notBefore: number | null }> {
    let told: { passed: boolean; notBefore: number | null } = { passed: false, notBefore: null };
    await this.withNode(signal, async node => {
      const { requests, passed, notBefore } = await node.ask(asked, signal);
      const hosts = Object.entries(requests).map(([host, count]) => ({ host, requests: count }));
      this.schedule = requestsSent(this.schedule, { hosts, notBefore }, asked.registry, this.options.now());
      told = { passed: passed && !signal.aborted, notBefore };
    });
    return told;
  }

  /** The checks of the node itself, read now; none where it cannot be. */
  async lookNow(signal: AbortSignal): Promise<Check[]> {
    let checks: Check[] = [];
    await this.withNode(signal, node => {
      ({ checks } = node);
      return Promise.resolve();
    });
    return checks;
  }

  /** What decides how this node pulls, as one text; null where it cannot be read. */
  async readSettings(signal: AbortSignal): Promise<string | null> {
    let text: string | null = null;
    await this.withNode(signal, async node => {
      text = JSON.stringify((await node.settings(signal)).fingerprint);
    });
    return text;
  }

  /** Until then the registry is left alone: its place in a herd, or the pause that it asked for. */
  hold(registry: string, until: number): void {
    this.schedule = holdRegistry(this.schedule, registry, until);
  }

  private moment(): Moment {
    return { now: this.options.now(), random: this.options.random() };
  }

  private start(task: Promise<void>): void {
    const running = task.finally(() => {
      this.running.delete(running);
      this.wake.notify();
    });
    this.running.add(running);
  }

  /** Reads the node, and makes every registry it knows due. */
  private async round(signal: AbortSignal): Promise<void> {
    const at = this.options.now();
    let registries = targetsOf(this.schedule).map(target => target.registry);
    await this.withNode(signal, async node => {
      const known = await node.registries(signal);
      registries = node.runtimeAnswers ? known : [...known, ...registries];
      this.options.onNode({ checks: node.checks, at, ...(await node.settings(signal)) });
      this.readNode = true;
    });
    this.schedule = beginRound(this.schedule, registries, this.moment());
  }

  private async walk(target: ProbeTarget, signal: AbortSignal): Promise<void> {
    let outcome = notWalked;
    await this.withNode(signal, async node => {
      const walk = await node.walk(target, signal);
      // A walk that was cut short by the agent's end says nothing.
      if (signal.aborted) return;
      outcome = walkOutcome(walk);
      this.options.onWalk(walk);
    });
    this.schedule = walkEnded(this.schedule, target, outcome, this.moment());
  }

  /** Opens the node, or takes the one that was opened just now; faults of ours are logged once and change nothing. */
  private async withNode(signal: AbortSignal, use: (node: ProbedNode) => Promise<void>): Promise<void> {
    const now = this.options.now();
    if (this.shared === null || now - this.shared.at > limits.probeSharedMs)
      this.shared = { opened: this.options.openNode(signal), at: now, users: 0 };
    const { shared } = this;
    shared.users += 1;
    try {
      await use(await shared.opened);
      this.lastFault = '';
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      const stack = error instanceof Error ? error.stack : undefined;
      if (fault !== this.lastFault && !signal.aborted)
        this.options.log.error({ error: stack ?? fault }, 'cannot walk the pull path');
      this.lastFault = fault;
    } finally {
      shared.users -= 1;
      if (shared.users === 0) {
        if (this.shared === shared) this.shared = null;
        await shared.opened.then(
          node => node.close(),
          () => undefined,
        );
      }
    }
  }
}

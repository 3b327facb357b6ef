import {
  askEnded,
  keepWaiting,
  pullBegins,
  startRecovery,
  takeTurns,
  turnEnded,
  type Recovery,
  type RecoveryFacts,
} from '../src/diagnose/recovery.ts';
import type { Cause } from '../src/model/cause.ts';
import { causeFacts } from '../src/model/cause.ts';
import type { Herd, WaitingImage } from '../src/model/recovery.ts';

/** A way to be broken: what the text says, which step shows it, and how long an attempt and a question take meanwhile. */
export type Outage = { name: string; cause: Cause; check: string; attemptMs: number; askMs: number };

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const walkMs = 400;
const pullMs = 2_000;
/** A connection that is dropped is tried again by the kernel 1, 3, 7 and 15 s after its first packet. */
const resends = [0, 1_000, 3_000, 7_000, 15_000];

/** When a connection begun at `at` comes through within its time; undefined where it does not. */
const answers = (withinMs: number, at: number, healsAt: number): number | undefined =>
  resends.flatMap(after => (after < withinMs || after === 0 ? [at + after] : [])).find(sent => sent >= healsAt);

/** The kubelet's image manager and its syncs (as test/lab/image-manager.ts and kubelet.ts have them), for one pod. */
class Kubelet {
  syncAt: number;
  /** Of the attempt that runs. */
  private ends: { at: number; works: boolean } | null = null;
  private backoffMs = 0;
  failedAt: number | null = null;
  runsAt: number | null = null;
  private readonly outage: Outage;
  private readonly healsAt: number;
  private readonly random: () => number;

  constructor(outage: Outage, healsAt: number, random: () => number) {
    this.outage = outage;
    this.healsAt = healsAt;
    this.random = random;
    this.syncAt = 0;
  }

  get pulls(): boolean {
    return this.ends !== null;
  }

  get nextAttemptAt(): number | null {
    return this.failedAt === null ? null : this.failedAt + this.backoffMs;
  }

  get nextAt(): number {
    return this.runsAt === null ? (this.ends?.at ?? this.syncAt) : Infinity;
  }

  step(now: number, present: boolean): void {
    if (this.runsAt !== null || now < this.nextAt) return;
    if (this.ends !== null) {
      this.attemptEnds(now);
      return;
    }
    if (present) {
      this.runsAt = now;
    } else if (this.failedAt === null || now >= this.failedAt + this.backoffMs) {
      this.ends = this.attempt(now);
    } else this.syncAt = now + 10_000 + this.random() * 5_000;
  }

  private attempt(now: number): { at: number; works: boolean } {
    const { attemptMs } = this.outage;
    const through =
      this.outage.check === 'tcp.connect'
        ? answers(attemptMs, now, this.healsAt)
        : now >= this.healsAt
          ? now
          : undefined;
    return through === undefined ? { at: now + attemptMs, works: false } : { at: through + pullMs, works: true };
  }

  private attemptEnds(now: number): void {
    const { works } = this.ends ?? { works: false };
    this.ends = null;
    if (works) {
      this.runsAt = now;
      return;
    }
    this.failedAt = now;
    this.backoffMs = this.backoffMs === 0 ? 10_000 : Math.min(this.backoffMs * 2, 300_000);
    this.syncAt = now + 500;
  }
}

/** What a node sends to the registry, by when. */
export type Sent = { at: number; requests: number };

type Doing = { at: number; done: () => void };

/** One node with one pod whose image cannot be pulled until its path heals; time goes from 0 at the pod's creation. */
export class SimulatedNode {
  readonly kubelet: Kubelet;
  readonly sent: Sent[] = [];
  pulledAt: number | null = null;
  private state: Recovery;
  private recoverAt = 0;
  private doing: Doing[] = [];
  private filesSeen = false;
  private readonly given: {
    outage: Outage;
    healsAt: number;
    random: () => number;
    herd: () => Herd | null | undefined;
  };

  constructor(given: SimulatedNode['given'], recovers: boolean) {
    this.given = given;
    this.kubelet = new Kubelet(given.outage, given.healsAt, given.random);
    this.state = startRecovery(recovers ? 'recover' : 'off');
  }

  get nextAt(): number {
    return Math.min(this.kubelet.nextAt, this.recoverAt, ...this.doing.map(({ at }) => at));
  }

  /** Does what is due. */
  step(now: number): void {
    const failedBefore = this.kubelet.failedAt;
    this.kubelet.step(now, this.pulledAt !== null && this.pulledAt <= now);
    const due = this.doing.filter(({ at }) => at <= now);
    this.doing = this.doing.filter(({ at }) => at > now);
    for (const { done } of due) done();
    if (failedBefore !== this.kubelet.failedAt || now >= this.recoverAt) this.recover(now);
  }

  private facts(now: number): RecoveryFacts {
    return { now, random: this.given.random(), herd: this.given.herd, namedAt: () => null };
  }

  private waiting(): WaitingImage[] {
    const { failedAt, nextAttemptAt, runsAt } = this.kubelet;
    const { cause, check } = this.given.outage;
    if (failedAt === null || runsAt !== null) return [];
    const { retry } = causeFacts(cause);
    const step = { check, host: 'reg.test' };
    return [
      { image: 'reg.test/app:1', registry: 'reg.test', cause, retry, step, isPrivate: false, failedAt, nextAttemptAt },
    ];
  }

  private later(at: number, done: (now: number) => void): void {
    this.doing.push({
      at,
      done: () => {
        done(at);
        this.recover(at);
      },
    });
  }

  private recover(now: number): void {
    const { outage, healsAt } = this.given;
    const taken = takeTurns(keepWaiting(this.state, this.waiting(), this.facts(now)), this.facts(now));
    this.state = taken.state;
    this.recoverAt = taken.nextAt > now ? taken.nextAt : now + 1;
    for (const action of taken.actions) {
      if (action.do === 'ask') {
        const through =
          outage.check === 'tcp.connect' ? answers(outage.askMs, now, healsAt) : now >= healsAt ? now : undefined;
        const healed = through !== undefined;
        const passed = healed && (outage.check !== 'files' || this.filesSeen);
        this.filesSeen = true;
        if (healed && outage.check.startsWith('registry.')) this.sent.push({ at: now, requests: 1 });
        this.later(healed ? through + 50 : now + outage.askMs, at => {
          this.state = askEnded(this.state, action.keys, passed, this.facts(at));
        });
        continue;
      }
      const { key } = action.track;
      if (this.kubelet.pulls) {
        this.later(now, at => {
          this.state = turnEnded(this.state, key, 'kubelet-is-pulling', this.facts(at));
        });
        continue;
      }
      this.sent.push({ at: now, requests: 6 });
      this.later(now + walkMs, at => {
        if (this.kubelet.pulls) {
          this.state = turnEnded(this.state, key, 'kubelet-is-pulling', this.facts(at));
          return;
        }
        this.sent.push({ at, requests: 8 });
        this.state = pullBegins(this.state, key, at);
        this.later(at + pullMs, end => {
          this.pulledAt = end;
          this.state = turnEnded(this.state, key, 'pulled', this.facts(end));
        });
      });
    }
  }
}

import { NamedTimes } from '../diagnose/named-times.ts';
import { Recent } from '../diagnose/recent.ts';
import { recoveryNote } from '../diagnose/recovery-note.ts';
import { roundOf } from '../diagnose/recovery-pace.ts';
import { forbiddenBy, recoveryRules, type RecoveryRule } from '../diagnose/recovery-rules.ts';
import {
  askByHand,
  askEnded,
  holdBack,
  keepWaiting,
  pullBegins,
  startRecovery,
  takeTurns,
  turnEnded,
  type Recovery,
  type RecoveryAction,
  type RecoveryFacts,
  type RecoveryTrack,
  type TurnEnd,
} from '../diagnose/recovery.ts';
import { readWalk } from '../diagnose/settle-walk.ts';
import { walkOutcome } from '../diagnose/walk-outcome.ts';
import { Wake } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { normalImage, parseImageRef } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { Herd, RecoveryNote, RetryMode, WaitingImage } from '../model/recovery.ts';
import type { OpenPull, RetryRecord } from '../model/report.ts';
import type { Walk } from '../model/walk.ts';
import type { CriAuth } from './cri/client.ts';
import type { Prober, StepAsked } from './prober.ts';
import { pullOnce, type PullClient } from './pull.ts';
import { makeCase, staticRule, type PathSeen, type RuleSources } from './recover-case.ts';

export type RecovererOptions = {
  mode: RetryMode;
  /** The runtime while it answers. */
  client: () => PullClient | null;
  /** What `--retry-credentials` has for an image. */
  credentials: (image: string) => Promise<CriAuth | null>;
  waiting: () => WaitingImage[];
  path: Pick<Prober, 'walkNow' | 'askNow' | 'lookNow' | 'readSettings' | 'hold'>;
  /** Who else waits on a registry since a time: null where nobody does, undefined where that is not known. */
  herd: (registry: string, since: number) => Herd | null | undefined;
  onRecord: (record: RetryRecord) => void;
  /** A record that was given before says more. */
  onRan: () => void;
  onNotes: (notes: ReadonlyMap<string, RecoveryNote>) => void;
  /** Epoch milliseconds. */
  now: () => number;
  /** 0 to 1. */
  random: () => number;
  log: Log;
} & Pick<RuleSources, 'running' | 'kubelet' | 'policiesTold'>;

/**
 * Has the images that pods wait for as soon as their path heals: asks the broken step, walks the path once it passes, pulls once.
 * What may be done when is decided by the core (diagnose/recovery) and its rules; this class reads the clock and does it.
 */
export class Recoverer {
  private readonly options: RecovererOptions;
  private readonly wake = new Wake();
  private readonly acts = new Set<Promise<void>>();
  private state: Recovery;
  private readonly named = new NamedTimes();
  private readonly pulled = new Recent<RetryRecord>(limits.retryRecords);
  private settings: string | null = null;
  private told = '';

  constructor(options: RecovererOptions) {
    this.options = options;
    this.state = startRecovery(options.mode);
  }

  /** What waits may have changed. */
  look(): void {
    this.wake.notify();
  }

  /** A walk was made: a pause that its registry asks for is kept, and a path that is sound has healed. */
  noteWalk(walk: Walk): void {
    const limited = walk.hosts.some(({ checks }) => checks.some(({ code }) => code === 'rate-limited'));
    this.named.hear(walk.registry, { ...walkOutcome(walk), limited }, this.options.now());
    if (readWalk(walk).says !== 'sound') return;
    const mended = this.state.tracks.filter(
      ({ image, phase, busy }) =>
        !busy && phase === 'broken' && image.step.check === 'files' && image.registry === walk.registry,
    );
    this.state = askEnded(
      this.state,
      mended.map(({ key }) => key),
      true,
      this.facts(),
    );
    this.wake.notify();
  }

  /** A person asks for an image: every rule holds, and the answer is a record. */
  ask(image: string): void {
    const parsed = parseImageRef(image);
    if (!parsed.ok || this.options.mode === 'off') return;
    const known = this.options.waiting().find(one => normalImage(one.image) === normalImage(image));
    const { registry } = parsed.ref;
    const asked: WaitingImage = known ?? {
      ...{ image, registry, cause: 'other', retry: null, step: { check: 'pull', host: null } },
      ...{ isPrivate: false, failedAt: this.options.now(), nextAttemptAt: null },
    };
    this.state = askByHand(this.state, asked, this.facts());
    this.wake.notify();
  }

  /** The containers of a pod run: what was pulled for them was early by so much. */
  ran(pulls: readonly OpenPull[], at: number): void {
    for (const { image, nextAttemptAt } of pulls) {
      const record = this.pulled.get(normalImage(image));
      if (record === null || record.ranAt !== undefined || at < record.at || at - record.at > limits.recoverRanMs)
        continue;
      record.ranAt = at;
      if (nextAttemptAt !== null) record.savedMs = Math.max(0, nextAttemptAt - at);
      this.options.log.info({ image, ranAt: at, savedMs: record.savedMs }, 'pod runs after the agent’s pull');
      this.options.onRan();
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let nextAt = Infinity;
      if (this.options.mode !== 'off') nextAt = await this.decide(signal);
      await this.wake.wait(signal, Math.max(nextAt - this.options.now(), 0));
    }
    await Promise.all(this.acts);
  }

  private facts(): RecoveryFacts {
    const { now, random, herd } = this.options;
    return { now: now(), random: random(), herd, namedAt: registry => this.named.of(registry) };
  }

  private sources(): RuleSources {
    const { client, credentials, running, kubelet, waiting, policiesTold } = this.options;
    const { namedAt } = this.facts();
    return { client: client(), credentials, running, kubelet, waiting: waiting(), policiesTold, namedAt };
  }

  private async decide(signal: AbortSignal): Promise<number> {
    const sources = this.sources();
    this.state = keepWaiting(this.state, sources.waiting, this.facts());
    for (const track of this.state.tracks) {
      const rule = await staticRule(track, sources);
      if (rule !== null || this.isStatic(track.rule)) this.state = holdBack(this.state, track.key, rule);
    }
    if (signal.aborted) return Infinity;
    const { state, actions, nextAt } = takeTurns(this.state, this.facts());
    this.state = state;
    for (const action of actions) this.start(action, signal);
    this.tell();
    return nextAt;
  }

  private isStatic(rule: RecoveryRule | null): boolean {
    return rule !== null && recoveryRules[rule].stands;
  }

  private tell(): void {
    if (this.options.mode !== 'recover') return;
    const notes = new Map(
      this.state.tracks.map(track => [track.key, recoveryNote(track, this.named.of(track.image.registry))]),
    );
    const text = JSON.stringify([...notes]);
    if (text === this.told) return;
    this.told = text;
    this.options.onNotes(notes);
  }

  private start(action: RecoveryAction, signal: AbortSignal): void {
    const work = action.do === 'ask' ? this.askStep(action, signal) : this.turn(action.track, signal);
    const act = work
      .catch((error: unknown) => {
        this.options.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'cannot recover');
        if (action.do === 'ask') this.state = askEnded(this.state, action.keys, false, this.facts());
        else this.state = turnEnded(this.state, action.track.key, 'broken', this.facts());
      })
      .finally(() => {
        this.acts.delete(act);
        this.wake.notify();
      });
    this.acts.add(act);
  }

  private async askStep(action: Extract<RecoveryAction, { do: 'ask' }>, signal: AbortSignal): Promise<void> {
    const { step, registry, image, keys } = action;
    const { path, log, herd, now } = this.options;
    const others = herd(registry, now());
    // In a herd the step is asked in this node's place; a walk by the clock would come beside it.
    if (others != null && roundOf(others) > limits.recoverFirstMs) path.hold(registry, now() + 2 * roundOf(others));
    const passed =
      step.check === 'files'
        ? await this.settingsChanged(signal)
        : step.check === 'walk' || (await this.passes({ registry, image, step }, signal));
    if (signal.aborted) return;
    if (passed && step.check !== 'walk') log.info({ registry, ...step }, 'what was broken answers again');
    this.state = askEnded(this.state, keys, passed, this.facts());
  }

  private async passes(asked: StepAsked, signal: AbortSignal): Promise<boolean> {
    const { passed, notBefore } = await this.options.path.askNow(asked, signal);
    this.named.hear(asked.registry, { notBefore, limited: false }, this.options.now());
    return passed;
  }

  /** True where the node's own files are others than when they were looked at last. */
  private async settingsChanged(signal: AbortSignal): Promise<boolean> {
    const before = this.settings;
    const found = await this.options.path.readSettings(signal);
    if (found !== null) this.settings = found;
    return before !== null && found !== null && before !== found;
  }

  /** The walk, the rules, the pull. */
  private async turn(track: RecoveryTrack, signal: AbortSignal): Promise<void> {
    const end = await this.turnOf(track, signal);
    if (signal.aborted || end === null) return;
    if (end !== 'pulled' && end !== 'failed' && end !== 'broken' && track.byHand) this.refuse(track, end);
    this.state = turnEnded(this.state, track.key, end, this.facts());
  }

  private async ruleFor(track: RecoveryTrack, seen: PathSeen | null): Promise<RecoveryRule | null> {
    return forbiddenBy(await makeCase(track, { ...this.sources(), state: this.state, now: this.options.now() }, seen));
  }

  private async turnOf(track: RecoveryTrack, signal: AbortSignal): Promise<TurnEnd | null> {
    const { path, mode } = this.options;
    const { key, image } = track;
    const early = await this.ruleFor(track, null);
    if (early !== null || signal.aborted) return early;
    let seen: PathSeen;
    if (mode === 'confirm') seen = { checks: await path.lookNow(signal), walk: null };
    else {
      const walked = await path.walkNow({ registry: image.registry, image: key }, signal);
      const says = walked === null ? 'nothing' : readWalk(walked.walk).says;
      if (walked === null || says === 'broken' || says === 'nothing') return 'broken';
      seen = walked;
    }
    const late = await this.ruleFor(track, seen);
    if (late !== null) return late;
    return this.pull(track, signal);
  }

  private async pull(track: RecoveryTrack, signal: AbortSignal): Promise<TurnEnd | null> {
    const { client, credentials, running, now, log } = this.options;
    const { image } = track.image;
    this.state = pullBegins(this.state, track.key, now());
    this.tell();
    running.ownBegins(image);
    const auth = track.image.isPrivate ? await credentials(image) : null;
    const record = await pullOnce({ image, client: client(), auth, now }, signal).finally(() =>
      running.ownEnded(image),
    );
    if (record === null) return null;
    if (record.outcome === 'failed') running.ownFailed(image, { from: record.at, until: record.at + record.ms });
    const { step } = track.image;
    if (track.probes > 0)
      record.watched = { check: step.check, host: step.host, times: track.probes, since: track.since };
    if (track.healedAt !== null) record.healedAt = track.healedAt;
    if (track.byHand) record.byHand = true;
    log.info(
      { image, outcome: record.outcome, cause: record.cause, ms: record.ms, healedAt: record.healedAt },
      'pull retried',
    );
    this.options.onRecord(record);
    if (record.outcome === 'pulled') this.pulled.set(track.key, record);
    return record.outcome === 'unavailable' ? 'runtime-down' : record.outcome;
  }

  private refuse(track: RecoveryTrack, rule: RecoveryRule): void {
    const message = `not pulled: ${recoveryRules[rule].says}`;
    const { image } = track.image;
    this.options.onRecord({
      ...{ image, at: this.options.now(), ms: 0, outcome: 'failed', cause: null, message },
      ...{ byHand: true, rule },
    });
  }
}

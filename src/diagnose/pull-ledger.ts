import type { Cause } from '../model/cause.ts';
import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PodContainer, PullEvent } from '../model/pull-event.ts';
import type { OpenPull, PulledImage } from '../model/report.ts';
import { explainText } from './explain.ts';
import type { FailedMirror } from './failed-mirror.ts';
import { failAgain, nextAttempt, type PullBackoff } from './pull-backoff.ts';
import { hadCredentials, type PullError } from './had-credentials.ts';
import { cut, isName, weightier, PullNotes, type LedgerChange, type NotesState } from './pull-notes.ts';
import { isVague } from './vague-cause.ts';

/** An open pull with what only the ledger needs. */
export type LedgerPull = OpenPull & {
  backoff: PullBackoff;
  /** True once the image is known as the pod spec writes it. */
  specImage: boolean;
  /** Whether the kubelet had credentials for the latest attempt, where its lines tell. */
  hadCredentials?: boolean;
};

/** All that a restarted agent needs to go on; plain data. What an older agent did not save is not there. */
export type LedgerState = { pulls: LedgerPull[]; errors: PullError[] } & NotesState;

type PodFailed = Extract<PullEvent, { kind: 'pod-failed' }>;

const waitingReason = 'ImagePullBackOff';
/** Reasons without an attempt at the registry: the kubelet looks again at every sync, there is no back-off. */
const noBackoff = new Set(['InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']);
const keyOf = (who: PodContainer): string => `${who.namespace}/${who.pod}/${who.podUid ?? ''}/${who.container}`;

/** The kubelet strips this prefix from its later lines, so one error comes with and without it. */
const bare = (message: string): string => message.replace(/^rpc error: code = Unknown desc = /, '');

/**
 * The open pull failures of one node, from what its logs say: one entry a container, its attempts, its first real cause.
 * Bounded; it reads no clock, time comes with the events.
 */
export class PullLedger {
  private readonly pulls = new Map<string, LedgerPull>();
  private errors: PullError[];
  private readonly notes: PullNotes;
  private sweptAt = 0;
  /** Open pulls that were given up because there were too many. */
  evicted = 0;

  constructor(state: LedgerState = { pulls: [], errors: [], secrets: [] }) {
    for (const pull of state.pulls) this.pulls.set(keyOf(pull), pull);
    this.notes = new PullNotes(state);
    this.errors = [...state.errors];
  }

  state(): LedgerState {
    return { pulls: [...this.pulls.values()], errors: this.errors, ...this.notes.state() };
  }

  /** The open pulls, oldest first. */
  open(): LedgerPull[] {
    return [...this.pulls.values()];
  }

  /** What the kubelet said of a pull secret that this pod names and that is missing; null if it said nothing. */
  missingSecret(pod: { namespace: string; pod: string }): string | null {
    return this.notes.missingSecret(pod);
  }

  /** What the kubelet said of its credential provider before the latest attempt; null if nothing. */
  failedCredentials({ image, backoff, firstSeen }: LedgerPull): string | null {
    return this.notes.failedCredentials(image, (backoff.failedAt ?? firstSeen) - limits.failedCredentialsMs);
  }

  /** Mirrors that failed lately, by the runtime's own lines, up to the journal's time `at`. */
  failedMirrors(at: number): FailedMirror[] {
    return this.notes.failedMirrors(at);
  }

  /** Images that were pulled within a day before `at`, the newest first. */
  pulledImages(at: number): PulledImage[] {
    return this.notes.pulledImages(at);
  }

  apply(event: PullEvent): LedgerChange {
    return weightier(this.sweep(event.at), this.take(event));
  }

  /** Closes the pulls of which nothing was heard for `silentPullMs` although the journal went on to `journalAt`. */
  closeSilent(journalAt: number): LedgerChange {
    let change: LedgerChange = 'none';
    for (const [key, pull] of this.pulls) {
      if (journalAt - pull.lastSeen <= limits.silentPullMs) continue;
      this.pulls.delete(key);
      change = 'changed';
    }
    return change;
  }

  private take(event: PullEvent): LedgerChange {
    switch (event.kind) {
      case 'pod-failed':
        return this.podFailed(event);
      case 'image-failed':
        this.errors = [...this.errors, event].slice(-limits.recentErrors);
        return 'none';
      case 'secret-missing':
        return this.notes.secretMissing(event);
      case 'pod-started':
      case 'pod-gone':
        return this.closePod(event);
      case 'host-failed':
        return this.notes.hostFailed(event);
      case 'credentials-failed':
        return this.notes.credentialsFailed(event);
      case 'image-pulled':
        return this.notes.imagePulled(event);
      case 'pull-started':
      case 'lines-lost':
      case 'kubelet-started':
        return 'none';
    }
  }

  /** The journal's own time tells silence; looking once in a minute of it is enough. */
  private sweep(at: number): LedgerChange {
    if (at - this.sweptAt < limits.journalCheckMs) return 'none';
    this.sweptAt = at;
    return this.closeSilent(at);
  }

  private closePod(event: { namespace: string; pod: string }): LedgerChange {
    this.notes.forgetPod(event);
    let change: LedgerChange = 'none';
    for (const [key, pull] of this.pulls) {
      if (pull.namespace !== event.namespace || pull.pod !== event.pod) continue;
      this.pulls.delete(key);
      change = 'changed';
    }
    return change;
  }

  private podFailed(event: PodFailed): LedgerChange {
    const { who } = event;
    if (![who.namespace, who.pod, who.container, who.podUid ?? '-'].every(isName)) return 'none';
    const others = this.closeOthers(event);
    const known = this.pulls.get(keyOf(who));
    if (known) return weightier(others, this.failedAgain(known, event));
    this.openPull(event);
    return 'changed';
  }

  /** A pod of the same name with another uid replaced this one; a container left out of the pod's lines has its image. */
  private closeOthers({ who, at }: PodFailed): LedgerChange {
    let change: LedgerChange = 'none';
    for (const [key, pull] of this.pulls) {
      if (pull.namespace !== who.namespace || pull.pod !== who.pod) continue;
      const replaced = pull.podUid !== who.podUid && pull.podUid !== null && who.podUid !== null;
      const leftOut = pull.container !== who.container && at - pull.lastSeen > limits.containerSilentMs;
      if (!replaced && !leftOut) continue;
      this.pulls.delete(key);
      change = 'changed';
    }
    return change;
  }

  private openPull(event: PodFailed): void {
    const { who, at, reason } = event;
    const waiting = reason === waitingReason;
    const backoff = waiting ? { waitMs: null, failedAt: null } : failAgain(null, at);
    const cause = this.causeOf(event);
    const pull: LedgerPull = {
      ...{ namespace: who.namespace, pod: who.pod, podUid: who.podUid, container: who.container },
      image: '',
      reason: cut(reason, 128),
      ...{ textCause: cause.cause, message: cause.message },
      attempts: 1,
      ...{ firstSeen: at, lastSeen: at },
      nextAttemptAt: noBackoff.has(reason) ? null : nextAttempt(backoff),
      backoff,
      specImage: false,
    };
    this.nameImage(pull, event);
    if (!waiting) this.noteCredentials(pull, at);
    this.pulls.set(keyOf(who), pull);
    this.evict();
  }

  private failedAgain(pull: LedgerPull, event: PodFailed): LedgerChange {
    const { at, reason } = event;
    const before = { image: pull.image, cause: pull.textCause, message: pull.message };
    const isAttempt = reason !== waitingReason && at - (pull.backoff.failedAt ?? -Infinity) > limits.sameAttemptMs;
    if (isAttempt) {
      pull.attempts += 1;
      pull.backoff = failAgain(pull.backoff, at);
      pull.nextAttemptAt = noBackoff.has(reason) ? null : nextAttempt(pull.backoff);
    }
    pull.lastSeen = Math.max(pull.lastSeen, at);
    pull.reason = cut(reason, 128);
    const cause = this.causeOf(event, pull);
    // The first real text of a cause is kept; a later attempt replaces it only with another real cause.
    if (pull.message === '' || (cause.cause !== pull.textCause && !isVague(cause.cause))) {
      pull.textCause = cause.cause;
      pull.message = cause.message;
    }
    this.nameImage(pull, event);
    if (isAttempt) this.noteCredentials(pull, at);
    if (before.image !== pull.image || before.cause !== pull.textCause || before.message !== pull.message)
      return 'changed';
    return isAttempt ? 'attempt' : 'seen';
  }

  /** The cause of the line's own error, or of the runtime's latest for this image where a back-off line carries none. */
  private causeOf(event: PodFailed, known?: LedgerPull): { cause: Cause; message: string } {
    const message = event.message ?? this.errorOf(event.image)?.message ?? null;
    if (message === null) return { cause: 'backoff-only', message: '' };
    const text = cut(bare(message), limits.messageBytes);
    // Most lines say the same again, and reading a text takes a millisecond.
    if (text === known?.message) return { cause: known.textCause, message: text };
    const { cause } = explainText(text);
    // The kubelet says that it is one.
    return { cause: cause === 'not-a-pull-failure' ? 'other' : cause, message: text };
  }

  private noteCredentials(pull: LedgerPull, at: number): void {
    const had = hadCredentials(this.errors, pull.image, at);
    if (had === null) delete pull.hadCredentials;
    else pull.hadCredentials = had;
  }

  private errorOf(image: string | null): PullError | null {
    if (image === null) return null;
    const wanted = normalImage(image);
    return this.errors.findLast(error => normalImage(error.image) === wanted) ?? null;
  }

  /** As the pod spec writes it (a back-off line, a reference that does not parse), else as the error or a near twin names it. */
  private nameImage(pull: LedgerPull, event: PodFailed): void {
    if (pull.specImage) return;
    const fromSpec = event.reason === waitingReason || noBackoff.has(event.reason);
    const message = event.message === null ? null : bare(event.message);
    const twin = this.errors.findLast(
      error => Math.abs(error.at - event.at) <= limits.recentErrorMs && bare(error.message) === message,
    );
    const image = event.image ?? twin?.image ?? pull.image;
    pull.image = cut(image, 1024);
    pull.specImage = fromSpec && event.image !== null;
  }

  /** Too many open pulls: the one longest unheard of goes, and is counted. */
  private evict(): void {
    if (this.pulls.size <= limits.openPulls) return;
    const [oldest] = [...this.pulls].sort((a, b) => a[1].lastSeen - b[1].lastSeen);
    if (oldest) this.pulls.delete(oldest[0]);
    this.evicted += 1;
  }
}

import type { Cause } from '../model/cause.ts';
import { normalImage } from '../model/image-ref.ts';
import { limits } from '../model/limits.ts';
import type { PodContainer, PullEvent } from '../model/pull-event.ts';
import type { OpenPull } from '../model/report.ts';
import { explainText } from './explain.ts';
import { readFailedMirror, type FailedMirror } from './failed-mirror.ts';
import { failAgain, nextAttempt, type PullBackoff } from './pull-backoff.ts';
import { hadCredentials, type PullError } from './had-credentials.ts';
import { Recent } from './recent.ts';
import { isVague } from './vague-cause.ts';

/** An open pull with what only the ledger needs. */
export type LedgerPull = OpenPull & {
  backoff: PullBackoff;
  /** True once the image is known as the pod spec writes it. */
  specImage: boolean;
  /** Whether the kubelet had credentials for the latest attempt, where its lines tell. */
  hadCredentials?: boolean;
};

type MissingSecret = { namespace: string; pod: string; at: number; message: string };
type FailedCredentials = { image: string; at: number; message: string };

/** All that a restarted agent needs to go on; plain data. What an older agent did not save is not there. */
export type LedgerState = {
  pulls: LedgerPull[];
  errors: PullError[];
  secrets: MissingSecret[];
  mirrors?: FailedMirror[];
  credentials?: FailedCredentials[];
};

const changes = ['none', 'seen', 'attempt', 'changed'] as const;
/** What an event did: nothing, a known failure was named again, one more attempt failed, or something else is wrong now. */
export type LedgerChange = (typeof changes)[number];

/** The weightier of two. */
export const weightier = (a: LedgerChange, b: LedgerChange): LedgerChange =>
  changes.indexOf(a) < changes.indexOf(b) ? b : a;

type PodFailed = Extract<PullEvent, { kind: 'pod-failed' }>;

const waitingReason = 'ImagePullBackOff';
/** Reasons without an attempt at the registry: the kubelet looks again at every sync, there is no back-off. */
const noBackoff = new Set(['InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']);
const printable = /^[!-~]{1,253}$/;

const keyOf = (who: PodContainer): string => `${who.namespace}/${who.pod}/${who.podUid ?? ''}/${who.container}`;

/** At most `max` bytes of UTF-8 (three a UTF-16 unit at worst), not ending within a character. */
const cut = (text: string, max: number): string => {
  if (text.length * 3 <= max) return text;
  const encoded = new TextEncoder().encodeInto(text, new Uint8Array(max));
  return text.slice(0, encoded.read);
};

/** The kubelet strips this prefix from its later lines, so one error comes with and without it. */
const bare = (message: string): string => message.replace(/^rpc error: code = Unknown desc = /, '');

/**
 * The open pull failures of one node, from what its logs say: one entry a container, its attempts, its first real cause.
 * Bounded; it reads no clock, time comes with the events.
 */
export class PullLedger {
  private readonly pulls = new Map<string, LedgerPull>();
  private errors: PullError[];
  private readonly secrets: Recent<MissingSecret>;
  private readonly mirrors: Recent<FailedMirror>;
  private readonly credentials: Recent<FailedCredentials>;
  private sweptAt = 0;
  /** Open pulls that were given up because there were too many. */
  evicted = 0;

  constructor(state: LedgerState = { pulls: [], errors: [], secrets: [] }) {
    for (const pull of state.pulls) this.pulls.set(keyOf(pull), pull);
    const { secrets, mirrors = [], credentials = [] } = state;
    this.secrets = new Recent(
      limits.missingSecrets,
      secrets.map(one => [`${one.namespace}/${one.pod}`, one]),
    );
    this.mirrors = new Recent(
      limits.failedHosts,
      mirrors.map(one => [one.host, one]),
    );
    this.credentials = new Recent(
      limits.failedCredentials,
      credentials.map(one => [one.image, one]),
    );
    this.errors = [...state.errors];
  }

  state(): LedgerState {
    const { errors, secrets, mirrors, credentials } = this;
    return {
      ...{ pulls: [...this.pulls.values()], errors, secrets: secrets.values() },
      ...{ mirrors: mirrors.values(), credentials: credentials.values() },
    };
  }

  /** The open pulls, oldest first. */
  open(): LedgerPull[] {
    return [...this.pulls.values()];
  }

  /** What the kubelet said of a pull secret that this pod names and that is missing; null if it said nothing. */
  missingSecret(pod: { namespace: string; pod: string }): string | null {
    return this.secrets.get(`${pod.namespace}/${pod.pod}`)?.message ?? null;
  }

  /** What the kubelet said of its credential provider before the latest attempt; null if nothing. */
  failedCredentials({ image, backoff, firstSeen }: LedgerPull): string | null {
    const found = this.credentials.get(normalImage(image));
    const since = (backoff.failedAt ?? firstSeen) - limits.failedCredentialsMs;
    return found !== null && found.at >= since ? found.message : null;
  }

  /** Mirrors that failed lately, by the runtime's own lines, up to the journal's time `at`. */
  failedMirrors(at: number): FailedMirror[] {
    return this.mirrors.values().filter(one => at - one.at <= limits.failedHostMs);
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
        return this.secretMissing(event);
      case 'pod-started':
      case 'pod-gone':
        return this.closePod(event);
      case 'host-failed':
        return this.hostFailed(event);
      case 'credentials-failed':
        return this.credentialsFailed(event);
      case 'pull-started':
      case 'image-pulled':
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

  private secretMissing(event: MissingSecret): LedgerChange {
    if (!printable.test(event.namespace) || !printable.test(event.pod)) return 'none';
    const key = `${event.namespace}/${event.pod}`;
    const known = this.secrets.get(key) !== null;
    const { namespace, pod, at } = event;
    this.secrets.set(key, { namespace, pod, at, message: cut(event.message, limits.messageBytes) });
    return known ? 'none' : 'changed';
  }

  private hostFailed(event: { host: string; message: string; at: number }): LedgerChange {
    if (!printable.test(event.host)) return 'none';
    const failed = readFailedMirror({ ...event, message: cut(event.message, limits.messageBytes) });
    if (failed === null) return 'none';
    const known = this.mirrors.get(failed.host);
    const isNew = known === null || failed.at - known.at > limits.failedHostMs;
    this.mirrors.set(failed.host, {
      ...failed,
      registry: failed.registry ?? known?.registry ?? null,
      firstAt: isNew ? failed.at : known.firstAt,
    });
    return isNew ? 'changed' : 'seen';
  }

  private credentialsFailed(event: FailedCredentials): LedgerChange {
    const image = normalImage(cut(event.image, 1024));
    const isNew = this.credentials.get(image) === null;
    this.credentials.set(image, { image, at: event.at, message: cut(event.message, limits.messageBytes) });
    return isNew ? 'changed' : 'none';
  }

  private closePod(event: { namespace: string; pod: string }): LedgerChange {
    this.secrets.delete(`${event.namespace}/${event.pod}`);
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
    if (![who.namespace, who.pod, who.container, who.podUid ?? '-'].every(name => printable.test(name))) return 'none';
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

import { sleep } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import type { Check } from '../../model/check.ts';
import { limits } from '../../model/limits.ts';
import type { RuntimeVersion } from '../../model/report.ts';
import type { CriClient, CriResult } from './client.ts';
import { findCriSocket } from './socket.ts';

/** What is known of the runtime: its version while it answers, since when and why not where it does not. */
export type RuntimeStatus = {
  runtime: RuntimeVersion | null;
  check: Check;
  down: { since: number; message: string } | null;
};

export type CriMonitorOptions = {
  hostRoot: string;
  /** As given by the operator; null to look for it. */
  socket: string | null;
  onStatus: (status: RuntimeStatus) => void;
  /** Epoch milliseconds. */
  now: () => number;
  log: Log;
};

const goNameOf = (code: string): string =>
  code.replaceAll(/_?([A-Z])([A-Z]*)/g, (_word, first: string, rest: string) => first + rest.toLowerCase());

/** The error in the kubelet's own words, so that the rules for texts fit this one too. */
const wordsOf = (result: { code: string; details: string }, target: string): string =>
  `validate CRI v1 runtime API for endpoint "${target}": rpc error: code = ${goNameOf(result.code)} desc = ${result.details}`;

/** Asks the runtime for its version every now and then, and keeps the one connection that all CRI calls share. */
export class CriMonitor {
  private readonly options: CriMonitorOptions;
  private connected: { target: string; client: CriClient } | null = null;
  private down: { since: number; message: string } | null = null;
  private answers = false;

  constructor(options: CriMonitorOptions) {
    this.options = options;
  }

  /** The client while the runtime answers, else null. */
  client(): CriClient | null {
    return this.answers ? (this.connected?.client ?? null) : null;
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.ask(signal);
        await sleep(this.answers ? limits.criPollMs : limits.criPollDownMs, signal);
      }
    } finally {
      this.connected?.client.close();
    }
  }

  private async ask(signal: AbortSignal): Promise<void> {
    const { target, client } = await this.connect();
    const started = performance.now();
    const result = await client.version(signal);
    if (signal.aborted) return;
    const ms = Math.round((performance.now() - started) * 10) / 10;
    if (result.ok) this.up(result.value, ms);
    else this.isDown(result, target, ms);
  }

  /** One client a socket; a runtime that appears elsewhere while the first does not answer is taken instead. */
  private async connect(): Promise<{ target: string; client: CriClient }> {
    if (this.connected !== null && this.answers) return this.connected;
    const target = await findCriSocket(this.options.hostRoot, this.options.socket);
    if (this.connected?.target === target) return this.connected;
    this.connected?.client.close();
    // gRPC is a third of the agent's memory: it is loaded only here.
    const { CriClient: Client } = await import('./client.ts');
    this.connected = { target, client: new Client(target) };
    return this.connected;
  }

  private up(runtime: RuntimeVersion, ms: number): void {
    if (!this.answers) this.options.log.info({ ...runtime }, 'container runtime answers');
    this.answers = true;
    this.down = null;
    const detail = `${runtime.name} ${runtime.version} answers (CRI ${runtime.apiVersion})`;
    const check: Check = { id: 'runtime.cri', stage: 'runtime', outcome: 'pass', code: null, ms, detail };
    this.options.onStatus({ runtime, check, down: null });
  }

  private isDown(result: Exclude<CriResult<RuntimeVersion>, { ok: true }>, target: string, ms: number): void {
    const message = wordsOf(result, target).slice(0, limits.messageBytes / 4);
    if (this.down === null) this.options.log.warn({ target, code: result.code }, 'container runtime does not answer');
    this.answers = false;
    this.down = { since: this.down?.since ?? this.options.now(), message };
    // The same code as a walk's own question has; what gRPC says is a fact of it.
    const facts = { socket: target, grpc: result.code };
    const failed = { outcome: 'fail', code: 'cri-unavailable', ms, facts, detail: message } as const;
    const check: Check = { id: 'runtime.cri', stage: 'runtime', ...failed };
    this.options.onStatus({ runtime: null, check, down: this.down });
  }
}

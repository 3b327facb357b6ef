import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../house/until.ts';

/** A long-running child. It never outlives this process, however this process ends. */
export type Daemon = {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The last 16 KiB that it printed, for error messages. */
  output(): string;
  /** Exit code, or the name of the signal that ended it; null while it runs. */
  ended(): number | string | null;
  /** SIGTERM, then SIGKILL after five seconds; resolves when it is gone. */
  stop(): Promise<void>;
};

export type DaemonOptions = {
  env?: NodeJS.ProcessEnv;
  /** What standard input is: nothing, or a pipe that the caller writes. */
  stdin?: 'ignore' | 'pipe';
};

const sbin = ':/usr/local/sbin:/usr/sbin:/sbin';

/** Settings of the machine that would lead the lab's programs out of the lab: a proxy, or CAs in place of the system's. */
const leadsOut = /^(?:(?:https?|all|no)_proxy|ssl_cert_(?:file|dir)|node_use_env_proxy)$/i;

/** This process's environment, with the administrator's tools on PATH and messages untranslated, and nothing that leads out. */
export const labEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !leadsOut.test(name))),
  PATH: `${process.env['PATH'] ?? '/usr/bin:/bin'}${sbin}`,
  LC_ALL: 'C.UTF-8',
});

/**
 * Starts a command that the kernel kills when this process dies (PR_SET_PDEATHSIG), in a session of its own, so that
 * Ctrl-C reaches only us and we end it in our order.
 */
export const startDaemon = (command: readonly string[], options: DaemonOptions = {}): Daemon => {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    detached: true,
    cwd: '/',
    env: options.env ?? labEnvironment(),
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-16_384);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let failure: string | null = null;
  child.on('error', error => {
    failure = error.message;
    keep(Buffer.from(error.message));
  });
  const ended = (): number | string | null => child.exitCode ?? child.signalCode ?? failure;
  return {
    pid: child.pid ?? -1,
    child,
    output: () => output,
    ended,
    async stop() {
      if (ended() !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(timer);
    },
  };
};

/** Runs a command to its end and gives what it printed to stdout; throws with its stderr when it fails. */
export const run = async (command: readonly string[], input?: string | Buffer): Promise<string> => {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { env: labEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return Buffer.concat(out).toString();
  throw new Error(`${command.join(' ')}: exit ${code ?? 'by signal'}: ${Buffer.concat(err).toString().trim()}`);
};

/** Waits until the probe says yes; throws, naming what was awaited, after the time or when the daemon has ended. */
export const waitFor = (
  what: string,
  probe: () => boolean | Promise<boolean>,
  { daemon, ...wait }: { within?: number; every?: number; daemon?: Daemon } = {},
): Promise<void> => {
  const hopeless = (): string | null =>
    daemon === undefined || daemon.ended() === null
      ? null
      : `ended (${daemon.ended() ?? ''}): ${daemon.output().trim()}`;
  return until(what, probe, { ...wait, hopeless });
};

/** Whether somebody listens at a socket of this machine; its file is there a moment before that. */
export const listens = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const connection = connect(path);
    const say = (listening: boolean): void => {
      connection.destroy();
      resolve(listening);
    };
    connection.once('connect', () => say(true)).once('error', () => say(false));
  });

/** Starts a daemon and waits until it is ready; one that does not become ready is stopped again. */
export const startReady = async (
  what: string,
  start: () => Daemon | Promise<Daemon>,
  probe: (daemon: Daemon) => boolean | Promise<boolean>,
): Promise<Daemon> => {
  const daemon = await start();
  try {
    await waitFor(what, () => probe(daemon), { daemon });
    return daemon;
  } catch (error) {
    await daemon.stop();
    throw error;
  }
};

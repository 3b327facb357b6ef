import { limits } from '../../model/limits.ts';
import { flagOf, parseCommandLine } from '../../parse/command-line.ts';
import { parseRunningConfig, type RunningRegistry } from '../../parse/running-config.ts';
import type { CriClient } from '../cri/client.ts';
import { readHostText } from './host-file.ts';

/** What is known of the configuration that the runtime runs with, which its files may have left behind. */
export type RunningConfig = {
  /** As the runtime tells it; null where it does not. */
  registry: RunningRegistry | null;
  /** When its process began, epoch milliseconds by the node's clock; null where its /proc cannot be read. */
  startedAt: number | null;
  /** The file that its command line names; null where it names none, or may not be read. */
  configFile: string | null;
};

/** Where nothing was asked, or nothing answers. */
export const unknownConfig: RunningConfig = { registry: null, startedAt: null, configFile: null };

/**
 * The file of `--config`, if the process is the one behind this socket: k3s and RKE2 name both, and may have their files
 * anywhere (`--data-dir`).
 */
const configFileOf = async (hostRoot: string, pid: number, criSocket: string): Promise<string | null> => {
  const read = await readHostText(hostRoot, `/proc/${pid}/cmdline`, limits.environBytes);
  const words = parseCommandLine(read.ok ? read.text : '');
  const address = flagOf(words, '--address', '-a', '-address');
  const file = flagOf(words, '--config', '-c', '-config');
  return address !== null && criSocket.endsWith(address) && file?.startsWith('/') === true ? file : null;
};

/** Ticks of /proc/PID/stat in a second: USER_HZ, the same on every Linux (proc(5)). */
const ticksPerSecond = 100;

/** When a process began: field 22 of its stat, counted from the boot that /proc/stat names. */
const processStart = async (hostRoot: string, pid: number): Promise<number | null> => {
  const [own, all] = [
    await readHostText(hostRoot, `/proc/${pid}/stat`, 4096),
    await readHostText(hostRoot, '/proc/stat', 4_194_304),
  ];
  const boot = all.ok ? /^btime ([0-9]+)$/m.exec(all.text)?.[1] : undefined;
  // The name before may hold anything, brackets too.
  const ticks = own.ok ? own.text.slice(own.text.lastIndexOf(')') + 2).split(' ')[19] : undefined;
  if (boot === undefined || ticks === undefined || !/^[0-9]+$/.test(ticks)) return null;
  return Number(boot) * 1000 + Math.round((Number(ticks) * 1000) / ticksPerSecond);
};

/** Asks the runtime for the configuration it has, and its process (null where it is not known) for its age. Resolves where either is silent. */
export const readRunningConfig = async (
  client: CriClient,
  { hostRoot, criSocket, pid }: { hostRoot: string; criSocket: string; pid: number | null },
  signal: AbortSignal,
): Promise<RunningConfig> => {
  const status = await client.status(true, signal);
  const config = status.ok ? status.value.info['config'] : undefined;
  return {
    registry: config === undefined ? null : parseRunningConfig(config),
    startedAt: pid === null ? null : await processStart(hostRoot, pid),
    configFile: pid === null ? null : await configFileOf(hostRoot, pid, criSocket),
  };
};

import { limits } from '../../model/limits.ts';
import type { ConfigProblem } from '../../model/registry-hosts.ts';
import type { RunningRegistry } from '../../parse/running-config.ts';
import { modifiedAt } from './host-file.ts';
import type { RunningConfig } from './running-config.ts';

const isSame = (one: RunningRegistry, other: RunningRegistry): boolean => {
  const sorted = ({ configPath, mirrors, tls }: RunningRegistry): string => {
    const pairs = (table: object): unknown[] => Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([configPath, pairs(mirrors), pairs(tls)]);
  };
  return sorted(one) === sorted(other);
};

const second = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * Whether the runtime has other registry settings than its files, which it reads once, at its start. Where it does not
 * tell them (containerd 2.x), a file that is newer than its process is all that can be seen.
 */
export const reloadProblems = async (
  hostRoot: string,
  running: RunningConfig,
  written: { registry: RunningRegistry; files: readonly string[] },
): Promise<ConfigProblem[]> => {
  const problem = { code: 'config-not-reloaded', line: null } as const;
  const [file = ''] = written.files;
  if (running.registry !== null) {
    if (isSame(running.registry, written.registry)) return [];
    const detail = 'containerd runs with other registry settings than this file has: it needs a restart';
    return [{ ...problem, file, effect: 'ignored', detail }];
  }
  const { startedAt } = running;
  if (startedAt === null) return [];
  for (const one of written.files) {
    const changedAt = await modifiedAt(hostRoot, one);
    if (changedAt === null || changedAt <= startedAt + limits.startSlackMs) continue;
    const detail = `changed ${second(changedAt)}, after containerd began ${second(startedAt)}: it may need a restart`;
    return [{ ...problem, file: one, effect: 'unknown', detail }];
  }
  return [];
};

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentOptions } from '../../src/agent/options.ts';
import { agentOptions } from '../../src/agent/options.ts';
import type { Log } from '../../src/lib/log.ts';
import { parseOptions } from '../../src/lib/options.ts';

/** A directory of the test's own; the caller removes it (`t.teardown`). */
export const temporaryDirectory = async (): Promise<{ path: string; remove: () => Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'pullpath-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
};

/** The agent's options as a command line gives them. */
export const optionsOf = (argv: string[]): AgentOptions =>
  parseOptions(agentOptions, { argv, env: {}, readConfig: () => null }).values;

/** A log that keeps its lines: level and message, and the facts. */
export type KeptLog = Log & { lines: { level: string; message: string; facts: Record<string, unknown> }[] };

export const keepLog = (): KeptLog => {
  const lines: KeptLog['lines'] = [];
  const write = (level: string) => (facts: Record<string, unknown>, message: string) => {
    lines.push({ level, message, facts });
  };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
};

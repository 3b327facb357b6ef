import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { limits } from '../model/limits.ts';
import type { HostFacts } from '../model/report.ts';

const run = promisify(execFile);

/** The source has the program beside it as .ts, the bundle as .js. */
const program = join(import.meta.dirname, `host-facts${extname(import.meta.filename)}`);

/** The node's own os-release: in a container systeminformation sees the image's. */
const osOf = async (hostRoot: string): Promise<string | null> => {
  for (const path of ['etc/os-release', 'usr/lib/os-release']) {
    const text = await readFile(join(hostRoot, path), 'utf8').catch(() => '');
    const name = /^PRETTY_NAME="?([^"\n]{1,128})"?$/m.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return null;
};

/** What machine the node is; null where it cannot be told, which is no fault. The process that finds out is gone afterwards. */
export const readHostFacts = async (hostRoot: string, signal: AbortSignal): Promise<HostFacts | null> => {
  try {
    const options = { signal, timeout: limits.hostFactsMs, maxBuffer: 65_536 };
    const { stdout } = await run(process.execPath, [program], options);
    const facts = JSON.parse(stdout) as HostFacts;
    return { ...facts, os: (await osOf(hostRoot)) ?? facts.os };
  } catch {
    return null;
  }
};

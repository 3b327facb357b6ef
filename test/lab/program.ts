import { join } from 'node:path';
import type { Finding } from '../../src/model/finding.ts';
import type { Lab } from './lab.ts';
import { labEnvironment, startDaemon, waitFor } from './process.ts';
import type { Daemon } from './process.ts';

/** `pullpath up`, running on the lab's node. */
export type Program = {
  readonly url: string;
  readonly daemon: Daemon;
  /** The last lines of its log. */
  lastWords(): string;
  /** Every open finding. */
  findings(): Promise<Finding[]>;
  stop(): Promise<void>;
};

type Page = { items: Finding[]; next?: string | null };

/** All pages of `GET /v1/findings`. */
const readFindings = async (url: string): Promise<Finding[]> => {
  const items: Finding[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const answer = await fetch(`${url}/v1/findings${query}`, { signal: AbortSignal.timeout(30_000) });
    if (!answer.ok) throw new Error(`${url}/v1/findings answered ${answer.status}`);
    const page = (await answer.json()) as Page;
    items.push(...page.items);
    cursor = page.next ?? null;
  } while (cursor !== null);
  return items;
};

/** The port that the program says it listens on, or null before it does. */
const portIn = (output: string): number | null => {
  const line = output.split('\n').find(text => text.includes('"msg":"listening"'));
  return line === undefined ? null : (JSON.parse(line) as { port: number }).port;
};

const started = async (command: readonly string[], env: NodeJS.ProcessEnv): Promise<Daemon> => {
  const daemon = startDaemon(command, { env });
  const settled = (): boolean => portIn(daemon.output()) !== null || daemon.ended() !== null;
  await waitFor('pullpath up', settled).catch(async (error: unknown) => {
    await daemon.stop();
    throw error;
  });
  return daemon;
};

/** Starts `pullpath up` inside the lab's namespace, as a node would run it: only the lab's own places are options. */
export const startProgram = async (lab: Lab, nodeName: string): Promise<Program> => {
  const { box } = lab;
  const environment = labEnvironment();
  for (const name of Object.keys(environment))
    if (name.startsWith('PULLPATH_')) Reflect.deleteProperty(environment, name);
  const options = [
    ['--node-name', nodeName],
    ['--cri-socket', box.containerd.socket],
    ['--data-dir', join(box.dir, 'data')],
    ['--agent-listen', '127.0.0.1:0'],
    ...box.journald.units.map(unit => ['--journal-unit', unit]),
  ].flat();
  const main = join(import.meta.dirname, '../../src/main.ts');
  const command = (port: number): string[] =>
    box.namespace.enter([process.execPath, main, 'up', ...options, '--listen', `127.0.0.1:${port}`]);

  let daemon = await started(command(8470), environment);
  if (daemon.output().includes('[address-in-use]')) daemon = await started(command(0), environment);
  const lastWords = (): string => daemon.output().trim().split('\n').slice(-12).join('\n');
  const port = portIn(daemon.output());
  if (port === null) throw new Error(`pullpath up has ended: ${lastWords()}`);
  const url = `http://127.0.0.1:${port}`;
  return { url, daemon, lastWords, findings: () => readFindings(url), stop: () => daemon.stop() };
};

import { join } from 'node:path';
import type { Finding } from '../../src/model/finding.ts';
import type { Lab } from './lab.ts';
import { freePort } from './ports.ts';
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
    const answer = await fetch(`${url}/v1/findings${query}`, { signal: AbortSignal.timeout(5_000) });
    if (!answer.ok) throw new Error(`${url}/v1/findings answered ${answer.status}`);
    const page = (await answer.json()) as Page;
    items.push(...page.items);
    cursor = page.next ?? null;
  } while (cursor !== null);
  return items;
};

/** Starts `pullpath up` inside the lab's namespace, as a node would run it: only the lab's own places are options. */
export const startProgram = async (lab: Lab, nodeName: string): Promise<Program> => {
  const { box } = lab;
  const host = '127.0.0.1';
  const port = await freePort(host, [8470, 0]);
  const agentPort = await freePort(host, [8471, 0]);
  const url = `http://${host}:${port}`;
  const environment = labEnvironment();
  for (const name of Object.keys(environment))
    if (name.startsWith('PULLPATH_')) Reflect.deleteProperty(environment, name);
  const options = [
    ['--node-name', nodeName],
    ['--cri-socket', box.containerd.socket],
    ['--data-dir', join(box.dir, 'data')],
    ['--listen', `${host}:${port}`],
    ['--agent-listen', `${host}:${agentPort}`],
    ...box.journald.units.map(unit => ['--journal-unit', unit]),
  ];
  const main = join(import.meta.dirname, '../../src/main.ts');
  const command = [process.execPath, main, 'up', ...options.flat()];
  const daemon = startDaemon(box.namespace.enter(command), { env: environment });
  const healthy = (): Promise<boolean> =>
    fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) }).then(
      answer => answer.ok,
      () => false,
    );
  await waitFor('pullpath up', healthy, { daemon, within: 30_000 });
  const lastWords = (): string => daemon.output().trim().split('\n').slice(-12).join('\n');
  return { url, daemon, lastWords, findings: () => readFindings(url), stop: () => daemon.stop() };
};

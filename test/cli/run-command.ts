import { Writable } from 'node:stream';
import type { Command } from '../../src/lib/command.ts';
import { parseOptions } from '../../src/lib/options.ts';
import { brokenCluster, judged } from '../aggregator/route/cluster.ts';

type Ran = { code: number; out: string; err: string };
type How = { signal?: AbortSignal; plugin?: boolean; env?: Record<string, string>; onOut?: (out: string) => void };

/** Runs a command as main.ts does, with its output as texts. */
export const runCommand = async (command: Command, argv: string[], how: How = {}): Promise<Ran> => {
  const { signal = new AbortController().signal, plugin = false, env = {}, onOut } = how;
  const texts = { out: '', err: '' };
  const into = (name: 'out' | 'err'): Writable & { isTTY: boolean } => {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        texts[name] += chunk.toString();
        if (name === 'out') onOut?.(texts.out);
        done();
      },
    });
    return Object.assign(sink, { isTTY: true });
  };
  const { values, rest } = parseOptions(command.options, { argv, env, readConfig: () => null });
  const io = {
    stdin: process.stdin,
    stdout: into('out'),
    stderr: into('err'),
    signal,
    colour: false,
    width: 100,
    plugin,
  };
  return { code: await command.run(values, rest, io), ...texts };
};

/** The cluster of ten that is broken, judged, and behind a real server. */
export const servedCluster = async (t: {
  teardown: (run: () => unknown) => void;
}): Promise<{ server: string } & Awaited<ReturnType<typeof brokenCluster>>> => {
  const cluster = await brokenCluster(t);
  await judged(cluster);
  return { server: await cluster.app.listen({ host: '127.0.0.1', port: 0 }), ...cluster };
};

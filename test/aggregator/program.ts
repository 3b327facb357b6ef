import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../src/main.ts');

/** Runs the program to its end. */
export const runProgram = async (args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
};

/** Starts `pullpath aggregator` as a process of its own and waits until it listens. */
export const startProgram = (args: string[]): Promise<{ child: ChildProcess; port: number }> => {
  // The kernel ends it with this process, however that ends.
  const command = ['--pdeathsig', 'KILL', process.execPath, main, 'aggregator', ...args];
  const child = spawn('setpriv', command, { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const port = /"port":(\d+).*"msg":"listening"/.exec(log)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port) });
    });
    child.once('close', () => reject(new Error(`the aggregator ended: ${log}`)));
  });
};

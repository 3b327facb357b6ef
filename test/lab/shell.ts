import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const script = async (path: string, lines: readonly string[]): Promise<void> => {
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
};

/**
 * Writes a command that opens a shell on the lab's node, or runs what it is given there, with `pullpath` on its PATH. Gives the
 * command's path.
 */
export const writeShell = async ({ box }: Pick<Lab, 'box'>, nodeName: string): Promise<string> => {
  const bin = join(box.dir, 'bin');
  await mkdir(bin);
  const variables = {
    PATH: `${bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    PULLPATH_CRI_SOCKET: box.containerd.socket,
    PULLPATH_NODE_NAME: nodeName,
    // dash and bash without their own prompt show this one.
    PS1: `${nodeName}# `,
  };
  await script(join(bin, 'pullpath'), [`exec ${quoted(process.execPath)} ${quoted(main)} "$@"`]);
  const settings = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
  const enter = box.namespace.enter(['env', ...settings.map(String)]);
  const inside = enter.map(word => (word.startsWith("'") ? word : quoted(word))).join(' ');
  const shell = join(box.dir, 'shell');
  await script(shell, ['[ $# -gt 0 ] || set -- bash --norc', 'cd /', `exec ${inside} "$@"`]);
  return shell;
};

import { statSync } from 'node:fs';
import { knownRegistries } from './agent/check/known-registries.ts';
import { openNode } from './agent/check/node.ts';
import { parseTarget, type Target } from './agent/check/target.ts';
import { isSound, walkTarget } from './agent/check/walk.ts';
import { agentOptions } from './agent/options.ts';
import { checkText } from './cli/check-text.ts';
import { pageOf } from './cli/output.ts';
import { defineCommand, exitCode, type CommandIo } from './lib/command.ts';
import { switchOption } from './lib/option-kinds.ts';
import { limits } from './model/limits.ts';
import { PullpathError } from './model/error.ts';
import type { Walk } from './model/walk.ts';

const nothingKnown =
  'this node knows no registry: none in certs.d, no image present; name one: pullpath check IMAGE or REGISTRY';

/** Runs so many at once, and gives the results in order. */
const inOrder = async function* (
  targets: readonly Target[],
  walk: (target: Target) => Promise<Walk>,
): AsyncGenerator<Walk, void, void> {
  for (let at = 0; at < targets.length; at += limits.walksAtOnce)
    yield* await Promise.all(targets.slice(at, at + limits.walksAtOnce).map(walk));
};

/** Tells a person what is waited for, until the first answer takes that line. */
const progress = (io: CommandIo, count: number): (() => void) => {
  if (io.stderr.isTTY !== true) return () => undefined;
  io.stderr.write(`walking the path to ${count} target${count === 1 ? '' : 's'} …`);
  let shown = true;
  return () => {
    if (shown) io.stderr.write('\r\u001b[K');
    shown = false;
  };
};

/** `pullpath check`: the pull path, walked from this node as containerd would walk it. */
export const checkCommand = defineCommand({
  name: 'check',
  summary: 'walk the pull path from this node as containerd would, and say where it breaks',
  args: '[IMAGE|REGISTRY…]',
  maxArgs: limits.walkTargets,
  options: {
    hostRoot: agentOptions.hostRoot,
    criSocket: agentOptions.criSocket,
    nodeName: agentOptions.nodeName,
    json: switchOption({ flag: 'json', help: 'one JSON object for each target, a line each' }),
    pull: switchOption({
      flag: 'pull',
      help: 'also try the pull itself over CRI, with containerd’s own credentials alone',
    }),
    noCredentials: switchOption({
      flag: 'no-credentials',
      help: 'walk as anybody, without the credentials of the node',
    }),
    credentialProviders: agentOptions.credentialProviders,
    wide: switchOption({ flag: 'wide', help: 'every step and every word, also of what passed or was not tried' }),
  },
  async run({ hostRoot, criSocket, nodeName, json, pull, wide, noCredentials, credentialProviders }, args, io) {
    const credentials = { files: !noCredentials, providers: credentialProviders };
    if (statSync(hostRoot, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new PullpathError(
        'option-invalid',
        `--host-root: there is no directory ${hostRoot}; give where the node’s root is mounted`,
      );
    const node = await openNode({ hostRoot, criSocket, nodeName, credentials }, io.signal);
    try {
      if (args.some(text => text.trim() === ''))
        throw new PullpathError(
          'option-invalid',
          'a target is empty; give an image or a registry’s host, or nothing for all',
        );
      const texts = args.length > 0 ? args : await knownRegistries(node, node.client, io.signal);
      if (texts.length === 0) throw new PullpathError('nothing-to-check', nothingKnown);
      const done = progress(io, texts.length);
      let sound = true;
      const walks = inOrder(texts.map(parseTarget), target => walkTarget(target, node, { signal: io.signal, pull }));
      for await (const walk of walks) {
        done();
        sound &&= isSound(walk);
        io.stdout.write(json ? `${JSON.stringify(walk)}\n` : `${checkText(walk, { ...pageOf(io), wide })}\n`);
      }
      return sound ? exitCode.ok : exitCode.failed;
    } finally {
      node.client.close();
    }
  },
});

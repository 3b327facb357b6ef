import { join } from 'node:path';
import { run } from '../lab/process.ts';
import { fails, type Fault } from './fault.ts';
import { startNode } from './node.ts';
import type { Site } from './site.ts';

/** The node's own parts: its disk, its runtime. */
export const nodeFaults = async (site: Site): Promise<Fault[]> => {
  const small = await startNode(site, 'disk-small', { storage: '9m' });
  const full = await startNode(site, 'disk-full', { storage: '9m' });
  const stopped = await startNode(site, 'stopped');
  for (const node of [small, full, stopped]) await node.certs(`${site.at('good')}/ca.crt`);
  await stopped.containerd.stop();
  // As another program's files fill the disk, down to what containerd keeps its books in.
  const root = join(full.namespace.dir, 'private/containerd/root');
  await run(
    full.namespace.enter([
      'sh',
      '-c',
      'cat /dev/zero >"$0/filler" 2>/dev/null || truncate -s -40960 "$0/filler"',
      root,
    ]),
  );
  const image = `${site.at('good')}/app:v1`;
  return [
    fails({ name: 'disk-full', truth: 'other files fill the disk', node: full, image }, 'disk-full'),
    fails(
      {
        name: 'disk-small',
        truth: 'room, but not for this layer',
        node: small,
        image: `${site.at('good')}/large:v1`,
        pulling: true,
      },
      'disk-full',
    ),
    fails({ name: 'runtime-stopped', truth: 'containerd is stopped', node: stopped, image }, 'runtime-unavailable'),
  ];
};

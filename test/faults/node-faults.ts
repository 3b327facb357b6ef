import { fails, type Fault } from './fault.ts';
import { startNode } from './node.ts';
import type { Site } from './site.ts';

/** The node's own parts: its disk, its runtime. */
export const nodeFaults = async (site: Site): Promise<Fault[]> => {
  const small = await startNode(site, 'disk-full', { storage: '9m' });
  const stopped = await startNode(site, 'stopped');
  for (const node of [small, stopped]) await node.certs(`${site.at('good')}/ca.crt`);
  await stopped.containerd.stop();
  const image = `${site.at('good')}/app:v1`;
  return [
    fails({ name: 'disk-full', truth: 'no room for the layer', node: small, image: `${site.at('good')}/large:v1` }, 'disk-full'),
    fails({ name: 'runtime-stopped', truth: 'containerd is stopped', node: stopped, image }, 'runtime-unavailable'),
  ];
};

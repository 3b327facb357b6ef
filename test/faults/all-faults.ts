import { hostsTomlFaults, configPathFaults, mirrorFaults } from './config-faults.ts';
import type { Fault } from './fault.ts';
import { nameserverFaults, pathFaults } from './network-faults.ts';
import { nodeFaults } from './node-faults.ts';
import { startNode } from './node.ts';
import { proxyFaults } from './proxy-faults.ts';
import { answerFaults, brokenAnswerFaults, credentialFaults, otherHostFaults } from './registry-faults.ts';
import { whyNoNetworks } from './routed.ts';
import { routedFaults, routedNames } from './routed-faults.ts';
import type { Site } from './site.ts';
import { tlsFaults } from './tls-faults.ts';

/** Faults that cannot be made on this machine, by their names, and why. */
export type Missing = { faults: readonly string[]; why: string };

/** Makes every fault, and the nodes that they are on. The site's names are served when this is done. */
export const startFaults = async (site: Site): Promise<{ faults: Fault[]; missing: Missing[] }> => {
  const images = `[plugins.'io.containerd.cri.v1.images']\n  image_pull_progress_timeout = "20s"\n`;
  const node = await startNode(site, 'node', { config: images });
  const missing: Missing[] = [];
  const shared = [
    pathFaults,
    tlsFaults,
    answerFaults,
    brokenAnswerFaults,
    otherHostFaults,
    mirrorFaults,
    hostsTomlFaults,
  ];
  const faults: Fault[] = [];
  for (const make of shared) faults.push(...(await make(site, node)));
  for (const make of [configPathFaults, credentialFaults, nameserverFaults, proxyFaults, nodeFaults])
    faults.push(...(await make(site)));
  const why = await whyNoNetworks();
  if (why === null) faults.push(...(await routedFaults(site)));
  else missing.push({ faults: routedNames, why });
  await site.serveNames();
  return { faults, missing };
};

import { checkCodes } from '../../src/model/check-codes.ts';
import type { Incident } from '../../src/model/incident.ts';
import { ClusterJudge } from '../../src/scope/cluster-judge.ts';
import { ClusterView } from '../../src/scope/cluster-view.ts';
import { stepIncidents } from '../../src/scope/incidents.ts';
import { readEvidence } from '../../src/scope/node-evidence.ts';
import { makeCluster, reportOf, truthOf, type Cluster, type Truth } from './cluster.ts';
import { pick, randomOf } from './random.ts';

const roundMs = 30_000;
const rounds = 10;
const breaksIn = 4;

/** Lives through some minutes of a cluster as the aggregator would, and gives the incidents open at the end. */
const liveThrough = (cluster: Cluster): Incident[] => {
  const random = randomOf(cluster.seed + 1);
  const view = new ClusterView(3 * roundMs);
  const judge = new ClusterJudge(view);
  const incidents = new Map<string, Incident>();
  const silentFrom = new Map(cluster.nodes.map(node => [node, node.stale ? random.int(1, 6) : rounds]));
  for (let round = 0; round < rounds; round += 1) {
    const at = 1_000_000 + round * roundMs;
    for (const node of pick(random, cluster.nodes, cluster.nodes.length)) {
      if (round >= (silentFrom.get(node) ?? rounds)) continue;
      const told = round === 0 || round === breaksIn || node.flaps !== null;
      const state = { faults: cluster.faults, broken: round >= breaksIn, round };
      if (told) view.set(readEvidence(reportOf(node, state)), at);
      else view.heard(`uid-${node.name}`, at);
    }
    for (const now of [at + 1000, at + roundMs / 2]) {
      const changes = stepIncidents([...incidents.values()], judge.faults(now), view, now);
      for (const { incident } of changes) incidents.set(incident.id, incident);
    }
  }
  return [...incidents.values()].filter(
    ({ state, scope }) => state !== 'closed' && !(state === 'healing' && scope.evidence.failed === 0),
  );
};

/** Whether an incident says what is true of a fault: how far it reaches, which nodes, and where. */
const says = (incident: Incident, { fault, nodes, may, kind }: Truth): boolean => {
  const { scope, image, host, registries, cause } = incident;
  const { names, count } = scope.nodes;
  const isMeant = fault.code === null ? cause === 'tag-not-found' : cause === checkCodes[fault.code].cause;
  if (!isMeant || registries.some(registry => !fault.registries.includes(registry))) return false;
  if (names.some(name => !nodes.includes(name) && !may.includes(name))) return false;
  if (count < nodes.length || count > nodes.length + may.length) return false;
  if (names.length === count && nodes.some(name => !names.includes(name))) return false;
  // Whether the nodes that flap were counted decides what the others are.
  const either = may.length > 0 && nodes.length < 2;
  if (!either && scope.kind !== kind) return false;
  if (scope.kind === 'workload') return image === fault.image;
  if (scope.kind === 'registry') return host !== null && fault.registries.includes(host);
  return true;
};

/** The trait is only asked for where so many nodes on either side leave no room for chance. */
const tellsTrait = (incident: Incident, { fault, kind }: Truth): boolean => {
  const { evidence, shared } = incident.scope;
  if (kind !== 'nodes' || fault.trait === null || evidence.failed < 8 || evidence.passed < 8) return true;
  return shared.some(({ name }) => name === fault.trait);
};

/** What nodes that fell silent said last stays true until they are heard again. */
const isLastWord = ({ scope }: Incident, { nodes }: Cluster): boolean =>
  scope.nodes.names.every(name => nodes.some(node => node.name === name && node.stale));

export type Scored = { right: boolean; cluster: Cluster; truths: Truth[]; incidents: Incident[] };

/** Right is: one incident for each fault that can be seen, each with its true scope, and no other. */
export const scoreOf = (seed: number): Scored => {
  const cluster = makeCluster(seed);
  const truths = cluster.faults.map(fault => truthOf(cluster, fault));
  const incidents = liveThrough(cluster);
  const fits = (incident: Incident, truth: Truth): boolean => says(incident, truth) && tellsTrait(incident, truth);
  const right =
    truths.every(truth => truth.nodes.length === 0 || incidents.filter(one => fits(one, truth)).length === 1) &&
    incidents.every(incident => truths.some(truth => fits(incident, truth)) || isLastWord(incident, cluster));
  return { right, cluster, truths, incidents };
};

import { causeFacts } from '../model/cause.ts';
import { censusOf, nodeSetOf, scopeOf, type Census } from '../scope/incident-of.ts';
import type { ClusterView, ViewNode } from '../scope/cluster-view.ts';
import { hasPulled } from '../scope/pulled-table.ts';
import type { FindingItem } from '../wire/api.ts';
import type { cellOutcomes, ImageItem, MatrixRow, RegistryItem } from '../wire/cluster-schema.ts';
import type { Cluster, Known } from './cluster.ts';

const faultItem = ({ fault, incident }: Known, census: Census): RegistryItem['faults'][number] => ({
  stage: causeFacts(fault.cause).stage,
  cause: fault.cause,
  scope: incident?.scope ?? scopeOf(fault, fault.failing.keys(), census),
  incident: incident?.id ?? null,
});

/** Every host that nodes ask for images, or for those of one registry: the ones that fail for most nodes first. */
export const registryItems = (view: ClusterView, known: readonly Known[], registry: string | null): RegistryItem[] => {
  const census = censusOf(view);
  const items: RegistryItem[] = [];
  for (const { subject, name: host, members, registries } of view.groups.values()) {
    if (subject !== 'host' || (registry !== null && host !== registry && !registries.has(registry))) continue;
    const counts = { passed: 0, failed: 0 };
    for (const [node, { failure }] of members) if (!node.stale) counts[failure === null ? 'passed' : 'failed'] += 1;
    const notTested = census.all - census.stale - counts.passed - counts.failed;
    const faults = known.filter(({ fault }) => fault.hosts.includes(host)).map(one => faultItem(one, census));
    faults.sort((one, other) => other.scope.nodes.count - one.scope.nodes.count);
    items.push({ host, registries: [...registries.keys()].sort(), ...counts, notTested, stale: census.stale, faults });
  }
  return items.sort((one, other) => other.failed - one.failed || (one.host < other.host ? -1 : 1));
};

type Outcome = (typeof cellOutcomes)[number];

/** A node's row: each host on the way to each registry that it tried; of a silent node nothing is known. */
export const matrixRow = (node: ViewNode, only: { registry: string | null; outcome: Outcome | null }): MatrixRow => {
  const cells = node.facts.flatMap(({ subject, name, registries, at, failure }) => {
    if (subject !== 'host') return [];
    const mine = registries.length === 0 ? [name] : registries;
    return mine.map(registry => {
      const fails = failure !== null && (failure.registries.length === 0 || failure.registries.includes(registry));
      const outcome: Outcome = node.stale ? 'unknown' : fails ? 'fail' : 'pass';
      const { stage, cause, code } = fails && !node.stale ? failure : { stage: null, cause: null, code: null };
      return { registry, host: name, outcome, stage, cause, code, when: at };
    });
  });
  const shown = cells.filter(
    ({ registry, host, outcome }) =>
      (only.registry === null || registry === only.registry || host === only.registry) &&
      (only.outcome === null || outcome === only.outcome),
  );
  const order = new Map(shown.map(cell => [cell, `${cell.registry} ${cell.host}`]));
  shown.sort((a, b) => ((order.get(a) ?? '') < (order.get(b) ?? '') ? -1 : 1));
  return { node: node.name, stale: node.stale, cells: shown };
};

/** Nodes that pulled an image at any time that they still tell of. */
const pullersOfImage = (view: ClusterView, image: string): ViewNode[] => {
  const wanted = view.pulls.idOf(image);
  return [...view.nodes.values()].filter(({ pulled }) => wanted !== null && hasPulled(pulled, wanted));
};

/** Where an image pulls and where it does not; `ended` are findings about it that are closed. */
export const imageItem = (
  { view, findings }: Pick<Cluster, 'view' | 'findings'>,
  known: readonly Known[],
  { image, registry, ended }: { image: string; registry: string; ended: readonly FindingItem[] },
): ImageItem => {
  const failed: ViewNode[] = [];
  const ids = new Map<ViewNode, string[]>();
  for (const [uid, mine] of findings) {
    const node = view.nodes.get(uid);
    const here = mine.filter(finding => finding.image === image).map(({ id }) => id);
    if (node === undefined || here.length === 0) continue;
    failed.push(node);
    ids.set(node, here);
  }
  const pulled = pullersOfImage(view, image).filter(node => !ids.has(node));
  const over = new Map(ended.map(({ nodeUid, node }) => [nodeUid, { name: node }]));
  for (const { uid } of [...failed, ...pulled]) over.delete(uid);
  const census = censusOf(view);
  const isAbout = ({ fault }: Known): boolean =>
    fault.images.includes(image) ||
    [...ids].some(([node, mine]) =>
      fault.failing.get(node)?.some(({ failure }) => failure.findings.some(id => mine.includes(id))),
    );
  return {
    ...{ image, registry, pulled: nodeSetOf(pulled), failed: nodeSetOf(failed), ended: nodeSetOf(over.values()) },
    faults: known.filter(isAbout).map(one => faultItem(one, census)),
    hosts: registryItems(view, known, registry),
  };
};

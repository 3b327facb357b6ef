import type { FixStep } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { adviceFor } from '../diagnose/advice.ts';
import { adviceNames, type AdviceNames } from '../diagnose/advice-names.ts';
import { traitText } from './trait-text.ts';

/** What the sentences are made of. */
type Told = Pick<Incident, 'cause' | 'registry' | 'host' | 'image' | 'scope' | 'registries'> & { hosts: string[] };

const namesFor = ({ image, registry, registries, host, hosts, scope }: Told): AdviceNames => {
  const [node] = scope.nodes.names;
  return adviceNames({
    image,
    registry: registry ?? registries[0] ?? null,
    host: host ?? hosts[0] ?? null,
    known: node === undefined ? {} : { node },
    runtime: 'containerd',
  });
};

const many = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);

const who = ({ scope }: Told): string => {
  const { count, names } = scope.nodes;
  const [best] = scope.shared;
  if (count === 1) return names[0] ?? '1 node';
  return best === undefined ? many(count, 'node') : `${many(count, 'node')} with ${traitText(best)}`;
};

const where = (told: Told): string => {
  const [first] = told.hosts;
  if (told.image !== null) return ` cannot pull ${told.image}`;
  if (first === undefined) return '';
  return told.hosts.length === 1
    ? ` cannot pull by ${first}`
    : ` cannot pull by ${first} and ${told.hosts.length - 1} more`;
};

const subject = (told: Told): string => {
  const { kind, nodes, evidence } = told.scope;
  if (kind === 'workload') return `${told.image ?? 'an image'} cannot be pulled on any node (${evidence.tried} tried)`;
  const name = told.host ?? told.registry ?? 'a registry';
  if (kind === 'registry')
    return evidence.passed === 0
      ? `${name} fails for all ${nodes.count} nodes that tried`
      : `${name} fails for ${nodes.count} of ${evidence.tried} nodes that tried`;
  return `${who(told)}${where(told)}`;
};

const contrast = ({ scope }: Told): string => {
  const { kind, evidence, shared } = scope;
  if (kind === 'unknown') return '; no other node tried it';
  if ((kind !== 'node' && kind !== 'nodes') || evidence.passed === 0) return '';
  const [best] = shared;
  const only = kind === 'node' && best !== undefined ? `, only this one has ${traitText(best)}` : '';
  return `; ${many(evidence.passed, 'other node')} can${only}`;
};

/** The one line that an alert carries, and what to do: to be shown with the first failing node as the example. */
export const incidentText = (told: Told): { title: string; fix: FixStep[] } => {
  const advice = adviceFor(told.cause);
  const names = namesFor(told);
  return {
    title: `${subject(told)}: ${advice.title(names)}${contrast(told)}`,
    fix: [...advice.confirm(names), ...advice.fix(names)],
  };
};

import { causeFacts, type Cause } from '../model/cause.ts';
import type { ScopeEvidence, ScopeKind, SharedTrait } from '../model/scope.ts';
import type { Group, Member, ViewNode } from './cluster-view.ts';
import { countTraits, separating, type Counted } from './separate.ts';
import type { TraitTable } from './trait-table.ts';
import { traitText } from './trait-text.ts';

/** A failing node of a group. */
export type Failing = { node: ViewNode; member: Member & { failure: NonNullable<Member['failure']> } };

/** How far one class of faults reaches in one group. */
export type Verdict = {
  group: Pick<Group, 'key' | 'subject' | 'name' | 'registries'>;
  faultClass: string;
  /** The most frequent one, and the others. */
  cause: Cause;
  also: Cause[];
  kind: ScopeKind;
  failing: Failing[];
  shared: SharedTrait[];
  counts: Pick<ScopeEvidence, 'failed' | 'passed' | 'flapping'>;
  why: string;
};

/**
 * From so large a part of the nodes that tried on, the fault is not theirs: the few for which it works were not tried
 * again yet. Under ten nodes one that passes is too much of the whole to be overlooked.
 */
const everyoneShare = 0.9;
const everyoneTried = 10;
/** Nodes that fail by a fault of their own and share nothing are told one by one, while that is readable. */
const singlesMax = 3;
/** How often the failing nodes are split by what some of them share. */
const maxParts = 4;

/** Causes, most frequent first; of two the one earlier in the alphabet, so that the order of nodes never matters. */
const causesOf = (failing: readonly Failing[]): [Cause, ...Cause[]] => {
  const counts = new Map<Cause, number>();
  for (const { member } of failing) counts.set(member.failure.cause, (counts.get(member.failure.cause) ?? 0) + 1);
  const [first = ['other' as const, 0] as const, ...rest] = [...counts].sort(
    (one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1),
  );
  return [first[0], ...rest.map(([cause]) => cause)];
};

const isOwn = (cause: Cause): boolean => ['node', 'runtime'].includes(causeFacts(cause).owner ?? '');

/** The other side answers for everyone: whoever asks gets the same, so one node's word is enough. */
const tellsForAll: ReadonlySet<Cause> = new Set<Cause>([
  ...(['image-name-invalid', 'never-pull', 'image-not-found', 'tag-not-found'] as const),
  ...(['unsupported-manifest', 'secret-problem', 'signature-policy'] as const),
]);

const nodes = (count: number): string => (count === 1 ? '1 node' : `${count} nodes`);

/** One class of faults at one place, or of one family at several that fail together: who fails and who passes. */
export type Unit = {
  group: Verdict['group'];
  faultClass: string;
  failing: Failing[];
  passing: ViewNode[];
  flapping: number;
  /** The place itself may be what fails, if nearly everyone does; not so for several. */
  wide: boolean;
};

/** Who fails, and those who pass as far as their traits go. */
type Sides = { failing: Failing[]; passing: Counted };
type Ruling = Pick<Verdict, 'kind' | 'failing' | 'shared' | 'why'>;
type Case = Pick<Unit, 'group' | 'faultClass' | 'wide'> & { table: TraitTable; cause: Cause };

/** Where every node that tried fails. */
const ruleForAll = ({ group, cause }: Case, failing: Failing[]): Ruling => {
  const one = failing.length === 1;
  const ruled = { failing, shared: [] };
  if (group.subject === 'node')
    return one
      ? { ...ruled, kind: 'node', why: 'the fault is the node’s own' }
      : { ...ruled, kind: 'nodes', why: `all ${failing.length} nodes have it` };
  if (group.subject === 'image') {
    if (one && !tellsForAll.has(cause)) return { ...ruled, kind: 'unknown', why: 'only this node tried the image' };
    const why = one ? 'what the registry or the pod says is the same on every node' : 'every node that tried it fails';
    return { ...ruled, kind: 'workload', why };
  }
  if (!one) return { ...ruled, kind: 'registry', why: `all ${failing.length} nodes that tried fail` };
  return isOwn(cause) && cause !== 'tls-unknown-authority'
    ? { ...ruled, kind: 'node', why: 'the fault is the node’s own' }
    : { ...ruled, kind: 'unknown', why: 'only this node tried' };
};

const idsOf = (failing: readonly Failing[]): ViewNode[] => failing.map(({ node }) => node);

const ruleForOne = (at: Case, { failing, passing }: Sides): Ruling => {
  const shared = separating({ failing: countTraits(idsOf(failing), at.table), passing }, at.table, at, false);
  const others = `${nodes(passing.nodes)} that tried ${passing.nodes === 1 ? 'passes' : 'pass'}`;
  const [best] = shared;
  const why = best === undefined ? others : `${others}; only this one has ${traitText(best)}`;
  return { kind: 'node', failing, shared: shared.map(plain), why };
};

const plain = ({ name, value, failing, passing }: SharedTrait): SharedTrait => ({ name, value, failing, passing });

/** Whether a node has a trait, or lacks all of that name. */
const hasTrait = (node: ViewNode, trait: { id: number | null; name: string }, table: TraitTable): boolean =>
  trait.id === null ? !node.traits.some(id => table.names[id] === trait.name) : node.traits.includes(trait.id);

const ruleForSome = (at: Case, { failing, passing }: Sides, depth: number): Ruling[] => {
  const { table, cause } = at;
  if (failing.length === 0) return [];
  if (failing.length === 1) return [ruleForOne(at, { failing, passing })];
  const tried = failing.length + passing.nodes;
  const told = `${failing.length} of ${nodes(tried)} that tried fail`;
  const sides = { failing: countTraits(idsOf(failing), table), passing };
  const shared = separating(sides, table, at, false);
  const [best] = shared;
  if (best !== undefined)
    return [{ kind: 'nodes', failing, shared: shared.map(plain), why: `${told}; they share ${traitText(best)}` }];
  const wide = at.wide && tried >= everyoneTried && failing.length / tried >= everyoneShare;
  if (wide && at.group.subject !== 'node')
    return [{ kind: at.group.subject === 'image' ? 'workload' : 'registry', failing, shared: [], why: told }];
  const [part] = depth > 0 ? separating(sides, table, at, true) : [];
  if (part !== undefined) {
    const inside = failing.filter(({ node }) => hasTrait(node, part, table));
    const outside = failing.filter(({ node }) => !hasTrait(node, part, table));
    const why = `${nodes(inside.length)} that fail share ${traitText(part)}`;
    return [
      { kind: 'nodes', failing: inside, shared: [plain({ ...part, failing: inside.length })], why },
      ...ruleForSome(at, { failing: outside, passing }, depth - 1),
    ];
  }
  if (isOwn(cause) && failing.length <= singlesMax)
    return failing.map(one => ruleForOne(at, { failing: [one], passing }));
  return [{ kind: 'nodes', failing, shared: [], why: `${told}; nothing they share tells them from the others` }];
};

/** The verdicts on a unit, of which at least one node fails: one, or one for each part of the nodes that something tells apart. */
export const rule = (unit: Unit, table: TraitTable): Verdict[] => {
  const { group, faultClass, failing, passing, flapping, wide } = unit;
  const [cause] = causesOf(failing);
  const given = { group, table, faultClass, cause, wide };
  const rulings =
    passing.length === 0
      ? [ruleForAll(given, failing)]
      : ruleForSome(given, { failing, passing: countTraits(passing, table) }, maxParts);
  return rulings.map(ruling => {
    const [first, ...also] = causesOf(ruling.failing);
    const counts = { failed: ruling.failing.length, passed: passing.length, flapping };
    return { ...ruling, group, faultClass, cause: first, also, counts };
  });
};

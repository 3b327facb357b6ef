import type { Cause } from '../model/cause.ts';
import type { ChecklistItem } from '../model/finding.ts';
import type { WalkFinding } from '../model/walk.ts';
import type { WalkSays } from './settle-walk.ts';

type Answer = Pick<ChecklistItem, 'answer' | 'why'>;
type Answers = Partial<Record<ChecklistItem['question'], Answer>>;

const yes = (why: string): Answer => ({ answer: 'yes', why });
const no = (why: string): Answer => ({ answer: 'no', why });
const unknown = (why: string): Answer => ({ answer: 'unknown', why });

/** What the walk saw of the image, by the causes that tell of it. */
const ofImage: Partial<Record<Cause, Answers>> = {
  'image-not-found': { 1: no('the registry: no such repository') },
  'tag-not-found': { 1: no('the registry: no such tag or digest') },
  'platform-mismatch': { 1: yes("but not for this node's platform") },
  'unsupported-manifest': { 1: yes('something is served by this name') },
  'redirect-blocked': { 1: yes('this node got its manifest') },
  'auth-required': { 1: unknown('not told without credentials'), 3: yes('it asks for credentials') },
  'auth-denied': { 3: yes('it refuses the credentials') },
};

const reached: ReadonlySet<string> = new Set(['registry', 'auth', 'manifest']);

const broken = (fault: WalkFinding): Answers => {
  const at = fault.evidence.join(', ');
  const answered = fault.stage !== null && reached.has(fault.stage) && fault.cause !== 'not-a-registry';
  const way = answered ? yes('it answers this node') : no(`tested: ${at} fails`);
  return { 2: no(`tested: ${at} fails`), 6: way, ...ofImage[fault.cause] };
};

const sound = ({ depth, credentials }: WalkSays): Answers => {
  const answered = { 6: yes('it answers this node now') };
  if (depth === 'registry') return answered;
  const open = credentials === null ? no('served without credentials') : yes(`served with those of ${credentials}`);
  const served = { 1: yes('this node got its manifest'), 3: open };
  if (depth === 'manifest') return { ...answered, ...served };
  return { ...answered, ...served, 2: yes('tested: manifest and layer come') };
};

/** The six questions with the walk's answers over the text's: what this node saw itself is better known. */
export const settledChecklist = (
  items: ChecklistItem[],
  said: WalkSays,
  { fault, current }: { fault: WalkFinding | null; current: boolean },
): ChecklistItem[] => {
  const own = fault === null ? (said.says === 'sound' ? sound(said) : {}) : broken(fault);
  const seen: Answers =
    said.says === 'private' && fault === null
      ? { 3: yes('it asks this node for credentials'), 6: yes('it answers this node now') }
      : own;
  return items.map(item => {
    const answer = seen[item.question];
    if (answer === undefined || (item.question === 2 && answer.answer === 'yes' && !current)) return item;
    return { ...item, ...answer };
  });
};

import type { Finding } from '../../src/model/finding.ts';
import { normalImage } from '../../src/model/image-ref.ts';
import type { Scenario } from './scenarios.ts';

/** What the program said about one image, beside what is true. */
export type Verdict = {
  scenario: Scenario;
  /** What it said, in a few words. */
  said: string;
  /** Right, wrong, or nothing said yet of an image that fails. */
  state: 'right' | 'wrong' | 'open';
};

const isOf = (finding: Finding, { pod }: Scenario): boolean => finding.pods.some(waiting => waiting.pod === pod);

/** A warning beside a pull that worked, such as a mirror that failed, says nothing against the image. */
const errorsOf = (findings: readonly Finding[], scenario: Scenario): Finding[] =>
  findings.filter(finding => finding.severity === 'error' && isOf(finding, scenario));

const judge = (scenario: Scenario, findings: readonly Finding[], pulled: boolean): Verdict => {
  const errors = errorsOf(findings, scenario);
  const said = errors.map(({ cause }) => cause).join(', ');
  const [first] = errors;
  if (scenario.causes.length === 0) {
    if (first !== undefined) return { scenario, said, state: 'wrong' };
    return {
      scenario,
      said: pulled ? 'healthy, no finding' : 'not pulled yet',
      state: pulled ? 'right' : 'open',
    };
  }
  if (first === undefined) return { scenario, said: 'no finding', state: pulled ? 'wrong' : 'open' };
  const named = first.image !== null && normalImage(first.image) === normalImage(scenario.image);
  const right = errors.length === 1 && named && scenario.causes.includes(first.cause);
  return {
    scenario,
    said: named ? said : `${said} of ${first.image ?? 'no image'}`,
    state: right ? 'right' : 'wrong',
  };
};

/** Judges every image. `pulled` holds the images that the runtime really has. */
export const judgeAll = (
  scenarios: readonly Scenario[],
  findings: readonly Finding[],
  pulled: ReadonlySet<string>,
): Verdict[] => scenarios.map(scenario => judge(scenario, findings, pulled.has(scenario.image)));

/** Findings of severity error that belong to no image of the lab: there must be none. */
export const strayFindings = (scenarios: readonly Scenario[], findings: readonly Finding[]): Finding[] =>
  findings.filter(finding => finding.severity === 'error' && !scenarios.some(scenario => isOf(finding, scenario)));

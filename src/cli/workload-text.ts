import type { WorkloadCheck } from '../model/workload.ts';
import { block, fixLines } from './answer-lines.ts';
import { oneLine, type Page } from './output.ts';

const elsewhereText = ({ elsewhere: { runs, nodes } }: WorkloadCheck): string => {
  if (runs !== 'yes') return '';
  return nodes.length === 0 ? '; the image runs in other pods' : `; the image runs on ${nodes.join(', ')}`;
};

/** What the cluster says of pods that wait, one after the other: the verdict, and what to type about it. */
export const workloadLines = (workloads: readonly WorkloadCheck[], page: Page, indent = ''): string[] =>
  workloads.flatMap(one => {
    const who = oneLine(`${one.namespace}/${one.pod}`);
    const owner = one.owner === null ? '' : ` of ${one.owner.kind} ${one.owner.name}`;
    const text = `${who}${owner}: ${one.verdict}: ${one.says}${elsewhereText(one)}`;
    return [...block('workload', text, page, indent), ...fixLines(one.fix, page, indent)];
  });

import type { ImageItem } from '../wire/cluster-schema.ts';
import type { RetryItem } from '../wire/retry-schema.ts';
import { block } from './answer-lines.ts';
import type { View } from './ask-options.ts';
import { oneLine, shorten, type Page } from './output.ts';
import { retryLines } from './recovery-text.ts';
import { evidenceText, many, namesText, scopeText, sharedText } from './scope-text.ts';

const headOf = ({ pulled, failed, ended }: ImageItem): string => {
  const elsewhere = pulled.count === 0 ? '' : `, pulls on ${pulled.count}`;
  if (failed.count > 0) return `fails on ${many(failed.count, 'node')}${elsewhere}`;
  if (pulled.count > 0) return `pulls on ${many(pulled.count, 'node')}`;
  return ended.count > 0 ? `fails nowhere now; it did on ${many(ended.count, 'node')}` : 'no node has tried it';
};

const meaningOf = ({ pulled, failed }: ImageItem): 'bad' | 'good' | 'dim' => {
  if (failed.count > 0) return 'bad';
  return pulled.count > 0 ? 'good' : 'dim';
};

const faultLines = ({ cause, scope, incident }: ImageItem['faults'][number], page: Page): string[] => [
  ...block('why', `${cause}: ${scopeText(scope)}: ${scope.why}`, page).map(line =>
    line.replace(cause, page.paint(cause, 'bad')),
  ),
  ...block('evidence', evidenceText(scope), page),
  ...scope.shared.flatMap(trait => block('share', sharedText(trait, scope), page)),
  ...(incident === null ? [] : block('more', `pullpath incident ${incident}`, page)),
];

const hostText = ({ host, failed, passed, faults }: ImageItem['hosts'][number]): string => {
  const counts = failed === 0 ? `passes for ${passed}` : `fails for ${failed}, passes for ${passed}`;
  const causes = [...new Set(faults.map(({ cause }) => cause))].join(', ');
  return `${host} ${counts}${causes === '' ? '' : ` (${causes})`}`;
};

/** An image as far as any node tried: where it fails and why, where it pulls, and how its registry's hosts are. */
export const imageText = (image: ImageItem, view: View, retries: readonly RetryItem[] = []): string => {
  const { wide, paint, width } = view;
  const { failed, pulled, ended, faults, hosts } = image;
  const sets = [
    ['fails on', failed],
    ['pulls on', pulled],
    ['failed on', ended],
  ] as const;
  return [
    paint(wide ? oneLine(image.image) : shorten(oneLine(image.image), width), 'strong'),
    paint(headOf(image), meaningOf(image)),
    ...sets.flatMap(([label, set]) => (set.count === 0 ? [] : block(label, namesText(set, wide), view))),
    ...faults.flatMap(fault => faultLines(fault, view)),
    ...retryLines(retries, { ...view, image: image.image }),
    ...hosts.flatMap((host, at) => block(at === 0 ? 'hosts' : '', hostText(host), view)),
    '',
  ].join('\n');
};

import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/house/source-tree.ts';

type Entry = { MESSAGE: string; _SYSTEMD_UNIT: string };

const recording = join(root, 'test/recording/kubelet-1.36.2-containerd-2.1.9/journal.ndjson.gz');

const entries = (): Entry[] =>
  gunzipSync(readFileSync(recording))
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Entry)
    .filter(entry => entry._SYSTEMD_UNIT === 'kubelet.service');

const failurePattern = /PullImage from image|Failed to pull image|start failed in pod|Error syncing pod, skipping/;

/** Recorded lines of a real kubelet that say nothing of pulls, repeated to any number. */
export const unrelatedLines = (count: number): string[] => {
  const all = entries()
    .map(entry => entry.MESSAGE)
    .filter(message => !failurePattern.test(message));
  return Array.from({ length: count }, (_, index) => all[index % all.length] ?? '');
};

/** The four lines of one failed attempt, as kubelet 1.36 writes them, for a pod and an image of this number. */
export const failureLines = (number: number): string[] => {
  const image = `bench-${number}.lab.test/app:v1`;
  const uid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const recorded = entries()
    .map(entry => entry.MESSAGE)
    .filter(message => failurePattern.test(message) && message.includes('refused') && !message.includes('BackOff'))
    .slice(0, 4);
  return recorded.map(message =>
    message
      .replaceAll('refused.lab.test/app:v1', image)
      .replaceAll('refused.lab.test', `bench-${number}.lab.test`)
      .replaceAll('refused_default', `bench-${number}_default`)
      .replaceAll('default/refused', `default/bench-${number}`)
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, uid),
  );
};

import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../test/house/source-tree.ts';

const recording = join(root, 'test/recording/kubelet-1.36.2-containerd-2.1.9.journal.export.gz');

/** The kubelet's messages in a journal export: entries are paragraphs of NAME=value lines. */
const kubeletMessages = (): string[] =>
  gunzipSync(readFileSync(recording))
    .toString()
    .split('\n\n')
    .filter(entry => entry.includes('\n_SYSTEMD_UNIT=kubelet.service'))
    .flatMap(entry => /^MESSAGE=(.*)$/m.exec(entry)?.[1] ?? []);

const failurePattern = /PullImage from image|Failed to pull image|start failed in pod|Error syncing pod, skipping/;

/** Recorded lines of a real kubelet that say nothing of pulls, repeated to any number. */
export const unrelatedLines = (count: number): string[] => {
  const all = kubeletMessages().filter(message => !failurePattern.test(message));
  return Array.from({ length: count }, (_, index) => all[index % all.length] ?? '');
};

/** The four lines of one failed attempt, as kubelet 1.36 writes them, for a pod and an image of this number. */
export const failureLines = (number: number): string[] => {
  const image = `bench-${number}.lab.test/app:v1`;
  const uid = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const recorded = kubeletMessages()
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

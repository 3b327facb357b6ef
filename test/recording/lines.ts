import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../house/source-tree.ts';

/** The recorded nodes of test/recording: a real kubelet with each generation of containerd. */
export const recordings = ['kubelet-1.36.2-containerd-1.6.20', 'kubelet-1.36.2-containerd-2.1.9'] as const;

/** The log lines of a recording, in order; those that journald kept as bytes are left out. */
export const recordedLines = (name: (typeof recordings)[number]): string[] =>
  gunzipSync(readFileSync(join(root, 'test/recording', `${name}.journal.export.gz`)))
    .toString('utf8')
    .split('\n')
    .flatMap(line => (line.startsWith('MESSAGE=') ? [line.slice('MESSAGE='.length)] : []));

/** What each pod of the recordings must be told: the cause, or one that its text may say. */
export const scenarios = JSON.parse(readFileSync(join(root, 'test/recording/scenarios.json'), 'utf8')) as Record<
  string,
  { image: string; cause: string | null; textMaySay: string[] }
>;

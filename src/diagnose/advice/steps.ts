import type { FixStep } from '../../model/finding.ts';
import type { AdviceNames } from '../advice-names.ts';
import { runtimes, type RuntimeWords } from '../runtime.ts';
import { sh } from '../shell.ts';

/** Steps that several causes share, in the order in which a person types them. */
export const events = (n: AdviceNames): FixStep => ({
  say: 'Read the events of the pod: the first "Failed to pull image" carries the cause.',
  run: sh`kubectl -n ${n.namespace} describe pod ${n.pod}`,
});

export const ping = (n: AdviceNames): FixStep => ({
  say: `On node ${n.node}: does ${n.host} answer? 200 or 401 is a registry that works.`,
  run: sh`curl -v -o /dev/null ${`https://${n.host}/v2/`}`,
});

/** What to type on the node, by its runtime. */
export const runtimeOf = ({ runtime }: AdviceNames): RuntimeWords => runtimes[runtime];

export const pull = (n: AdviceNames): FixStep => {
  const { tool } = runtimeOf(n);
  const as = tool === 'crictl' ? 'the kubelet' : tool;
  return { say: `On node ${n.node}: pull it as ${as} does.`, run: sh`${tool} pull ${n.image}` };
};

/** Drops what is there of the image and pulls it again. */
export const pullAnew = (n: AdviceNames): string => {
  const { tool } = runtimeOf(n);
  return `${sh`${tool} rmi ${n.image}`}; ${sh`${tool} pull ${n.image}`}`;
};

export const exists = (n: AdviceNames): FixStep => ({
  say: `From your machine, logged in: does the image exist, and for which platforms?`,
  run: sh`docker manifest inspect ${n.image}`,
});

export const setImage = (n: AdviceNames, say: string): FixStep => ({
  say,
  run: sh`kubectl -n ${n.namespace} set image ${n.workload} ${`${n.container}=CORRECT_IMAGE`}`,
});

export const restart = (n: AdviceNames): FixStep[] => [
  {
    say: 'Start over without waiting for the back-off (up to five minutes).',
    run: sh`kubectl -n ${n.namespace} rollout restart ${n.workload}`,
  },
  { say: 'Watch it come up.', run: sh`kubectl -n ${n.namespace} rollout status ${n.workload}` },
];

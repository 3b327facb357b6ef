import type { FixStep } from '../model/finding.ts';
import type { SecretFacts, WorkloadCheck, WorkloadFacts, WorkloadVerdict } from '../model/workload.ts';
import { adviceNames, type AdviceNames } from './advice-names.ts';
import { isPullSecretType } from './pull-secret.ts';
import { sh } from './shell.ts';

type Judged = { verdict: WorkloadVerdict; says: string; fix: FixStep[] };

const create = (n: AdviceNames, secret: string, say: string): FixStep => ({
  say,
  run: `${sh`kubectl -n ${n.namespace} create secret docker-registry ${secret} --docker-server=${n.server}`} --docker-username=USER --docker-password=PASSWORD`,
});

const remove = (n: AdviceNames, secret: string): FixStep => ({
  say: `Remove the secret ${secret} first: its type and content cannot be changed into a pull secret's.`,
  run: sh`kubectl -n ${n.namespace} delete secret ${secret}`,
});

/** Only the registries' names are shown. */
const show = (n: AdviceNames, secret: string): FixStep => ({
  say: `Does the secret ${secret} hold an entry for ${n.server}? (Only the names are shown.)`,
  run: `${sh`kubectl -n ${n.namespace} get secret ${secret} -o ${'jsonpath={.data.\\.dockerconfigjson}'}`} | base64 -d | jq '.auths | keys'`,
});

const restart = (n: AdviceNames): FixStep => ({
  say: 'Start its pods again.',
  run: sh`kubectl -n ${n.namespace} rollout restart ${n.workload}`,
});

const noSecret = (facts: WorkloadFacts, n: AdviceNames): Judged => {
  const account = facts.secrets.find(secret => secret.namedBy === 'service account');
  const attach: FixStep[] =
    account === undefined
      ? [
          create(n, 'regcred', 'Create a pull secret.'),
          {
            say: 'Attach it to the workload.',
            run: sh`kubectl -n ${n.namespace} patch ${n.workload} -p ${'{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred"}]}}}}'}`,
          },
        ]
      : [];
  const says =
    account === undefined
      ? `pod ${facts.pod} names no pull secret, and neither does its service account`
      : `pod ${facts.pod} names no pull secret; its service account names ${account.name} by now, which only pods made after that get`;
  return { verdict: 'no-secret', says, fix: [...attach, restart(n)] };
};

const judgeSecret = (secret: SecretFacts, n: AdviceNames): Judged => {
  const { name, exists, type, readable, registries, entry } = secret;
  if (exists === 'not-checked' || entry === 'not-checked')
    return {
      verdict: 'secret-not-checked',
      says: `pull secret ${name}: not checked, the aggregator may not read secrets`,
      fix: [show(n, name)],
    };
  if (exists === 'no')
    return {
      verdict: 'secret-missing',
      says: `pull secret ${name} is not there in namespace ${n.namespace}`,
      fix: [create(n, name, `Create the secret ${name} in namespace ${n.namespace}.`)],
    };
  if (type !== null && !isPullSecretType(type))
    return {
      verdict: 'secret-wrong-type',
      says: `secret ${name} is of type ${type}; the kubelet passes it over, a pull secret is kubernetes.io/dockerconfigjson`,
      fix: [remove(n, name), create(n, name, 'Make it again as a pull secret.')],
    };
  if (readable === 'no')
    return {
      verdict: 'secret-unreadable',
      says: `pull secret ${name} cannot be read as a Docker configuration; the kubelet passes it over`,
      fix: [remove(n, name), create(n, name, 'Make it again.')],
    };
  if (entry === 'no') {
    const held = registries.length === 0 ? 'no registry at all' : registries.join(', ');
    return {
      verdict: 'secret-no-entry',
      says: `pull secret ${name} has entries for ${held}, and none for ${n.registry}`,
      fix: [remove(n, name), create(n, name, `Make it again for ${n.server}, as it must be written.`)],
    };
  }
  return {
    verdict: 'secret-has-entry',
    says: `pull secret ${name} has an entry for ${n.registry}; whether its password is right, only the registry can say`,
    fix: [],
  };
};

/** The best of the secrets decides: the kubelet tries every entry that matches. */
const worth: Record<WorkloadVerdict, number> = {
  'secret-has-entry': 0,
  'secret-not-checked': 1,
  'secret-no-entry': 2,
  'secret-wrong-type': 3,
  'secret-unreadable': 4,
  'secret-missing': 5,
  'no-secret': 6,
  'pod-gone': 7,
  'not-checked': 8,
};

const judge = (facts: WorkloadFacts, n: AdviceNames): Judged => {
  const { namespace, pod, found, unchecked } = facts;
  if (found === 'not-checked')
    return {
      verdict: 'not-checked',
      says: `pod ${pod}: not checked, ${unchecked ?? 'the API server was not asked'}`,
      fix: [
        {
          say: 'Which pull secrets does the pod name, and is there anything else that it says of itself?',
          run: sh`kubectl -n ${namespace} describe pod ${pod}`,
        },
      ],
    };
  if (found !== 'yes')
    return {
      verdict: 'pod-gone',
      says: found === 'replaced' ? `pod ${pod} was replaced by another of its name` : `pod ${pod} is gone`,
      fix: [],
    };
  const own = facts.secrets.filter(secret => secret.namedBy === 'pod');
  if (own.length === 0) return noSecret(facts, n);
  const judged = own.map(secret => judgeSecret(secret, n));
  const [best] = judged.toSorted((one, other) => worth[one.verdict] - worth[other.verdict]);
  if (best === undefined) return noSecret(facts, n);
  return best.fix.length === 0 || best.verdict === 'secret-not-checked'
    ? best
    : { ...best, fix: [...best.fix, restart(n)] };
};

/** What the cluster's facts of a waiting container come to, and what to type; pull secrets first, since they fail most. */
export const judgeWorkload = (facts: WorkloadFacts, at: { node: string; checkedAt: number }): WorkloadCheck => {
  const { namespace, pod, container, image, owner } = facts;
  const workload = owner === null ? {} : { workload: `${owner.kind.toLowerCase()}/${owner.name}` };
  const known = { namespace, pod, container, image, node: at.node, ...workload };
  const names = adviceNames({ image, registry: null, host: null, known, runtime: 'containerd' });
  return { ...facts, checkedAt: at.checkedAt, ...judge(facts, names) };
};

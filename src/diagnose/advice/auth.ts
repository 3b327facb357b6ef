import type { FixStep } from '../../model/finding.ts';
import type { AdviceNames } from '../advice-names.ts';
import type { Advice } from '../advice.ts';
import { sh } from '../shell.ts';
import { exists, restart } from './steps.ts';

/** ECR has no lasting passwords: its user is AWS and its password is made for twelve hours. */
const password = (n: AdviceNames): string => {
  const region = /\.dkr\.ecr\.([a-z0-9-]{1,30})\.amazonaws\.com/.exec(n.registry)?.[1];
  return region === undefined
    ? ' --docker-username=USER --docker-password=PASSWORD'
    : ` --docker-username=AWS --docker-password="$(aws ecr get-login-password --region ${region})"`;
};

const createSecret = (n: AdviceNames, say: string): FixStep => ({
  say,
  run: `${sh`kubectl -n ${n.namespace} create secret docker-registry regcred --docker-server=${n.server}`}${password(n)}`,
});

const attach = (n: AdviceNames): FixStep => ({
  say: 'Attach it to the workload (or, for all pods of the namespace, to the service account).',
  run: sh`kubectl -n ${n.namespace} patch ${n.workload} -p ${'{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"regcred"}]}}}}'}`,
});

const attached = (n: AdviceNames): FixStep => ({
  say: 'Which pull secrets does the pod name? None printed: none is attached.',
  run: sh`kubectl -n ${n.namespace} get pod ${n.pod} -o ${'jsonpath={.spec.imagePullSecrets[*].name}'}`,
});

const holds = (n: AdviceNames): FixStep => ({
  say: `Does the secret hold an entry for exactly ${n.server}? (Only the names are shown.)`,
  run: `${sh`kubectl -n ${n.namespace} get secret regcred -o ${'jsonpath={.data.\\.dockerconfigjson}'}`} | base64 -d | jq '.auths | keys'`,
});

/** Causes in who may read the image. */
export const authAdvice = {
  'auth-required': {
    title: n => `${n.registry} wants credentials for ${n.repository}`,
    means:
      'The repository is private, or does not exist (registries give the same answer), and the pull went without credentials: no pull secret is attached, or it has no entry for this registry.',
    confirm: n => [attached(n), holds(n), exists(n)],
    fix: n => [createSecret(n, 'Create the pull secret.'), attach(n), ...restart(n)],
  },
  'auth-denied': {
    title: n => `${n.registry} refuses access to ${n.repository}`,
    means:
      'Credentials were sent and refused: wrong or expired password or token, or an account without the right to pull this repository.',
    confirm: n => [
      holds(n),
      { say: 'Do the same credentials work from your machine?', run: sh`docker login ${n.server}` },
      exists(n),
    ],
    fix: n => [
      {
        say: 'Remove the secret with the old credentials (here regcred; the pod names it under imagePullSecrets).',
        run: sh`kubectl -n ${n.namespace} delete secret regcred`,
      },
      createSecret(n, 'Create it again with credentials that may pull this repository.'),
      ...restart(n),
    ],
  },
  'secret-problem': {
    title: n => `the pull secret of ${n.pod === 'POD' ? 'a pod' : `pod ${n.pod}`} is missing or cannot be used`,
    means:
      'The pod names a pull secret that is not in its namespace, is of the wrong type, cannot be decoded, or has no entry for this registry. The kubelet then pulls without credentials.',
    confirm: n => [
      attached(n),
      {
        say: "Is it in the pod's namespace, of type kubernetes.io/dockerconfigjson?",
        run: sh`kubectl -n ${n.namespace} get secrets --field-selector=type=kubernetes.io/dockerconfigjson`,
      },
    ],
    fix: n => [
      createSecret(n, 'Create it in the namespace of the pod, under the name that the pod gives.'),
      attach(n),
      ...restart(n),
    ],
  },
  'credential-provider': {
    title: n => `the kubelet's credential provider failed for ${n.registry}`,
    means:
      'The plugin that should fetch credentials for this registry (ECR, ACR, GCR) failed or timed out; the kubelet goes on without credentials, and the registry refuses.',
    confirm: n => [
      {
        say: `On node ${n.node}: what does the plugin say?`,
        run: "journalctl -u kubelet -g 'credential provider|credential-provider' --since=-1h",
      },
      {
        say: 'Which plugins are set up, and are they there?',
        run: "ps -o args= -C kubelet | tr ' ' '\\n' | grep image-credential-provider",
      },
    ],
    fix: n => [
      {
        say: "Give the node's role the right to read the registry (ECR: AmazonEC2ContainerRegistryReadOnly), correct the plugin's configuration, and see that it reaches its token service.",
      },
      ...restart(n),
    ],
  },
} satisfies Record<string, Advice>;

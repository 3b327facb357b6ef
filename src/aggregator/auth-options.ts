import type { Log } from '../lib/log.ts';
import { choiceOption, listOption, optionalTextOption, textOption } from '../lib/option-kinds.ts';
import { PullpathError } from '../model/error.ts';
import type { Auth } from './auth/authenticate.ts';
import { isLoopback } from './auth/loopback.ts';
import { tokenFiles } from './auth/token-files.ts';
import { readPodAccount } from './kubernetes/account.ts';
import { openKubernetesApi, type KubernetesApi } from './kubernetes/api.ts';
import { readKubeconfig } from './kubernetes/kubeconfig.ts';
import type { TlsFiles } from './tls.ts';

/** The options that say who may call and how the aggregator shows who it is. */
export const authOptions = {
  auth: choiceOption({
    flag: 'auth',
    help: 'who may call: all (loopback only), who has a token, or whom the cluster’s API server vouches for',
    choices: ['none', 'token', 'kubernetes'],
    fallback: 'none',
  }),
  tokenFile: listOption({
    flag: 'token-file',
    help: 'tokens allowed, one a line; repeatable, and read again when changed',
    placeholder: 'FILE',
    fallback: [],
  }),
  audience: textOption({
    flag: 'audience',
    help: 'what agents’ service account tokens must be made for',
    placeholder: 'NAME',
    fallback: 'pullpath-aggregator',
  }),
  agentAccount: textOption({
    flag: 'agent-account',
    help: 'the agents’ service account, the only one that may send reports',
    placeholder: 'NAMESPACE:NAME',
    fallback: 'pullpath-system:pullpath-agent',
  }),
  kubeconfig: optionalTextOption({
    flag: 'kubeconfig',
    help: 'the account for the cluster’s API server, for --auth kubernetes and for what it says of pods that wait',
    placeholder: 'FILE',
    defaultText: 'that of the pod',
  }),
  tlsCertFile: optionalTextOption({
    flag: 'tls-cert-file',
    help: 'serve HTTPS with this certificate chain; read again when changed',
    placeholder: 'FILE',
  }),
  tlsKeyFile: optionalTextOption({ flag: 'tls-key-file', help: 'the certificate’s key', placeholder: 'FILE' }),
};

/** The values of those options. */
export type AuthValues = {
  auth: 'none' | 'token' | 'kubernetes';
  tokenFile: string[];
  audience: string;
  agentAccount: string;
  kubeconfig: string | null;
};

const wrong = (message: string): PullpathError => new PullpathError('option-invalid', message);

/** What the options say of who may call; fails with `option-invalid` where they contradict each other. */
export const authOf = (
  values: AuthValues,
  { host, api, log, now }: { host: string; api: KubernetesApi | null; log: Log; now: () => number },
): Auth => {
  const { auth, tokenFile, audience, agentAccount } = values;
  if (auth !== 'token' && tokenFile.length > 0) throw wrong('--token-file is for --auth token; give that as well');
  if (auth === 'none' && !isLoopback(host))
    throw wrong(
      `--auth none is for loopback only, and --listen is ${host}; use --auth kubernetes, or --auth token with --token-file`,
    );
  if (auth === 'none') return { kind: 'none' };
  if (auth === 'token') {
    if (tokenFile.length === 0) throw wrong('--auth token needs --token-file');
    return { kind: 'token', tokens: tokenFiles(tokenFile, log, now) };
  }
  if (!/^[a-z0-9][a-z0-9-]*:[a-z0-9][a-z0-9.-]*$/.test(agentAccount))
    throw wrong(`--agent-account ${agentAccount}: give NAMESPACE:NAME, such as pullpath-system:pullpath-agent`);
  if (api === null) throw wrong('--auth kubernetes needs the account of a pod, or --kubeconfig');
  return { kind: 'kubernetes', api, audience, agentAccount };
};

/** The way to the cluster's API server, where the options want one; fails with `kubernetes-account` where it cannot be read. */
export const kubernetesOf = async (
  { auth, kubeconfig }: Pick<AuthValues, 'auth' | 'kubeconfig'>,
  env: NodeJS.ProcessEnv,
  now: () => number,
): Promise<KubernetesApi | null> => {
  if (auth !== 'kubernetes' && kubeconfig === null) return null;
  const readAccount = kubeconfig === null ? () => readPodAccount(env) : () => readKubeconfig(kubeconfig);
  // What cannot be read now will not be there later either: said at the start, not at the first report.
  await readAccount();
  return openKubernetesApi(readAccount, now);
};

/** The files of the aggregator's certificate; fails with `option-invalid` where only one of the two is given. */
export const tlsOf = (certFile: string | null, keyFile: string | null): TlsFiles | null => {
  if (certFile === null && keyFile === null) return null;
  if (certFile === null || keyFile === null)
    throw wrong('--tls-cert-file and --tls-key-file belong together; give both');
  return { certFile, keyFile };
};

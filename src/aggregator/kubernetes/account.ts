import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemWords } from '../../lib/system-words.ts';
import { PullpathError } from '../../model/error.ts';

/** Where the API server is and how this program shows who it is. Read anew now and then: tokens are replaced every hour. */
export type ApiAccount = {
  server: URL;
  /** PEM; null trusts the system's CAs. */
  ca: string | null;
  token: string | null;
  /** A client certificate with its key, PEM. */
  pair: { cert: string; key: string } | null;
};

/** Where Kubernetes mounts a pod's account (Kubernetes documentation, "Accessing the API from a pod"). */
const accountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The account of the pod that this runs in, from its environment and mounted files; fails with `kubernetes-account`. */
export const readPodAccount = async (
  env: NodeJS.ProcessEnv,
  directory: string = accountDirectory,
): Promise<ApiAccount> => {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  if (host === '')
    throw new PullpathError(
      'kubernetes-account',
      'this is no pod of a cluster (KUBERNETES_SERVICE_HOST is not set); give --kubeconfig',
    );
  const read = async (name: string): Promise<string> => {
    try {
      return (await readFile(join(directory, name), 'utf8')).trim();
    } catch (error) {
      throw new PullpathError(
        'kubernetes-account',
        `${join(directory, name)} cannot be read: ${systemWords(error)}; set automountServiceAccountToken: true on the pod, or give --kubeconfig`,
        { cause: error },
      );
    }
  };
  const [ca, token] = await Promise.all([read('ca.crt'), read('token')]);
  return { server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`), ca, token, pair: null };
};

import { spawn } from 'node:child_process';
import { systemWords } from '../lib/system-words.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';
import { oneLine } from './output.ts';
import type { Reply, Transport } from './transport.ts';

/** Which service of which cluster; null is kubectl's current context. */
export type KubectlWay = { context: string | null; namespace: string; service: string };

type Ran = { code: number | null; stdout: string; stderr: string; tooLarge: boolean };
type Fault = (told: { way: KubectlWay; path: string; says: string }) => PullpathError;

const unreachable = (message: string): PullpathError => new PullpathError('aggregator-unreachable', message);
const refused = (message: string): PullpathError => new PullpathError('aggregator-refused', message);
const nameOf = ({ service }: KubectlWay): string => service.split(':')[1] ?? service;
const portOf = ({ service }: KubectlWay): string => service.split(':')[2] ?? '';

/**
 * What kubectl prints, in words of ours: it has no codes. Of an answer that is no `Status` of the API server's own it prints
 * a sentence of its own, and never what the aggregator said.
 */
const faults: [RegExp, Fault][] = [
  [
    /\(NotFound\): services? "/,
    ({ way }) =>
      unreachable(
        `namespace ${way.namespace} has no service ${nameOf(way)}; apply daemonset.yaml, or give --namespace or --context`,
      ),
  ],
  [
    /\(NotFound\)/,
    ({ path }) => new PullpathError('not-found', `the aggregator has nothing at ${path}; check the name`),
  ],
  [
    /\(Forbidden\)/,
    ({ way, says }) =>
      refused(
        `you may not read through the cluster’s service proxy; have the Role pullpath-kubectl bound to you in namespace ${way.namespace} (kubectl says: ${says})`,
      ),
  ],
  [
    /no service port "/,
    ({ way }) =>
      unreachable(
        `service ${nameOf(way)} in namespace ${way.namespace} has no port ${portOf(way)}; switch on what daemonset.yaml marks with KUBECTL, or use --server`,
      ),
  ],
  [
    /no endpoints available for service/,
    ({ way }) =>
      unreachable(
        `no pod of service ${nameOf(way)} is ready; look with: kubectl -n ${way.namespace} get pods -l app.kubernetes.io/name=pullpath-aggregator`,
      ),
  ],
  [
    /asked for the client to provide credentials/,
    ({ way }) =>
      refused(
        `the aggregator wants a token, and the service proxy passes none on; give --service the port of --proxy-listen instead of ${way.service}`,
      ),
  ],
  [/must be logged in|Unauthorized/, () => refused('the cluster does not take kubectl’s credentials; log in again')],
  [
    /context "[^]*does not exist/,
    () => new PullpathError('option-invalid', 'kubectl knows no such context; see kubectl config get-contexts'),
  ],
  [/\(BadRequest\)/, ({ path }) => refused(`the aggregator does not take ${path}; it may be of another version`)],
  [/\(TooManyRequests\)/, () => refused('asked too often; ask again in a few seconds')],
  [
    /\((?:ServiceUnavailable|InternalError|Timeout)\)/,
    ({ way, says }) =>
      unreachable(
        `the aggregator behind service ${nameOf(way)} cannot answer now; look with: kubectl -n ${way.namespace} logs deploy/${nameOf(way)} (kubectl says: ${says})`,
      ),
  ],
];

/** The error of a kubectl that ended badly. */
const faultOf = (way: KubectlWay, path: string, { code, stderr }: Ran): PullpathError => {
  const says = oneLine(
    stderr.split('\n').findLast(line => line.trim() !== '') ?? `it ended with ${code ?? 'a signal'}`,
  );
  const known = faults.find(([pattern]) => pattern.test(stderr));
  if (known) return known[1]({ way, path, says });
  return unreachable(`kubectl cannot reach the cluster; check --context and KUBECONFIG (kubectl says: ${says})`);
};

const notRun = (error: unknown): PullpathError => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const why =
    code === 'ENOENT'
      ? 'kubectl is not on the PATH; install it'
      : `kubectl cannot be run: ${systemWords(error)}; mend it`;
  return new PullpathError('aggregator-unreachable', `${why}, or use --server`, { cause: error });
};

/** Runs kubectl to its end; what it prints is bounded, and it is ended with the signal or after its time. */
const run = (args: string[], signal: AbortSignal): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(limits.kubectlMs);
    const child = spawn('kubectl', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.any([signal, limit]),
    });
    const texts = { stdout: '', stderr: '' };
    let tooLarge = false;
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (part: string) => {
        tooLarge ||= texts[name].length + part.length > limits.answerBytes;
        if (tooLarge) child.kill();
        else texts[name] += part;
      });
    }
    child.on('error', error =>
      reject(
        limit.aborted
          ? unreachable(
              `kubectl did not answer within ${limits.kubectlMs / 1000} s; check that the cluster is reachable`,
            )
          : notRun(error),
      ),
    );
    child.on('close', code => resolve({ code, ...texts, tooLarge }));
  });

/**
 * The way through the API server's service proxy, by `kubectl get --raw`: the account, the proxy and the certificates are
 * kubectl's. It cannot carry a stream.
 */
export const openKubectl = (way: KubectlWay, signal: AbortSignal): Transport => {
  const base = `/api/v1/namespaces/${encodeURIComponent(way.namespace)}/services/${way.service}/proxy`;
  const context = way.context === null ? [] : [`--context=${way.context}`];
  const get = async (path: string): Promise<Reply> => {
    // Without --request-timeout: it would become a parameter of the question.
    const ran = await run([...context, 'get', '--raw', `${base}${path}`], signal);
    if (ran.tooLarge)
      throw new PullpathError('aggregator-answer', `the answer of ${way.service} is too large; check --service`);
    if (ran.code !== 0) throw faultOf(way, path, ran);
    return { status: 200, body: ran.stdout };
  };
  return {
    where: `service ${way.service} in namespace ${way.namespace}`,
    ...{ check: '--service', takesToken: false, get, post: null, stream: null },
    close: () => Promise.resolve(),
  };
};

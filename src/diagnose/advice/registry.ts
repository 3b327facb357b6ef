import type { Advice } from '../advice.ts';
import { sh } from '../shell.ts';
import { dropMirror, showMirrors } from './config.ts';
import { ping, pull, restart } from './steps.ts';

/** Causes at the registry, or at what stands in for it. */
export const registryAdvice = {
  'rate-limited': {
    title: n => `${n.registry} limits the pulls from this address or account`,
    means:
      'The registry answered 429. Docker Hub counts anonymous pulls by address (100 in six hours), so that all nodes behind one NAT share them.',
    confirm: n => [
      n.registry === 'docker.io'
        ? {
            say: 'How much is left? (ratelimit-remaining; this request does not count)',
            run: 'curl -sI -H "Authorization: Bearer $(curl -s \'https://auth.docker.io/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull\' | jq -r .token)" https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest | grep -i ratelimit',
          }
        : ping(n),
    ],
    fix: n => [
      {
        say: 'Pull with an account: its limit is higher, and its own.',
        run: sh`kubectl -n ${n.namespace} create secret docker-registry regcred --docker-server=${n.server} --docker-username=USER --docker-password=PASSWORD`,
      },
      {
        say: 'Use a mirror or pull-through cache in the cluster, set imagePullPolicy IfNotPresent, and pin tags. Do not restart the pods now: each attempt counts.',
      },
      ...restart(n).slice(1),
    ],
  },
  'registry-error': {
    title: n => `${n.host} answers with an error of its own`,
    means: 'The registry was reached and failed: 5xx, a broken token service, or a blob that it has lost.',
    confirm: n => [ping(n), pull(n)],
    fix: n => [
      {
        say: `Look at the status page or the logs of ${n.host}. The kubelet tries again by itself; a mirror helps until then.`,
      },
      ...restart(n),
    ],
  },
  'not-a-registry': {
    title: n => `what answers at ${n.host} is not a registry`,
    means:
      'Something answers with a page that no registry gives: a captive portal, a proxy login, a load balancer default, or the wrong host.',
    confirm: n => [
      {
        say: `On node ${n.node}: who answers? A registry says "Docker-Distribution-Api-Version" or JSON.`,
        run: sh`curl -sv ${`https://${n.host}/v2/`}`,
      },
    ],
    fix: n => [
      { say: `Correct the registry's host name, or let ${n.host} through the proxy or portal (NO_PROXY, allowlist).` },
      ...restart(n),
    ],
  },
  'mirror-failure': {
    title: n => `the mirror ${n.host} for ${n.registry} fails`,
    means:
      'A mirror that is configured for this registry does not answer or answers with an error. The pull fails unless a later host has the image.',
    confirm: n => [showMirrors(n), ping(n)],
    fix: n => [dropMirror(n), ...restart(n)],
  },
  'redirect-blocked': {
    title: n =>
      n.host === n.registry
        ? `${n.registry} answers, but the host that it redirects to cannot be reached`
        : `${n.registry} answers, but ${n.host}, to which it redirects, cannot be reached`,
    means:
      'The registry itself works and sends the runtime to another host for the layers (a CDN or object store); that host is not reachable from this node. Mostly an egress allowlist that names only the registry.',
    confirm: n => [
      {
        say: `On node ${n.node}: does ${n.host} answer? Any HTTP status will do.`,
        run: sh`curl -v -o /dev/null ${`https://${n.host}/`}`,
      },
      pull(n),
    ],
    fix: n => [
      { say: `Allow ${n.host}:443 from the nodes (firewall, proxy, NO_PROXY, private endpoint).` },
      ...restart(n),
    ],
  },
} satisfies Record<string, Advice>;

import type { AdviceNames } from '../advice-names.ts';
import type { Advice } from '../advice.ts';
import { sh } from '../shell.ts';
import { ping, restart, runtimeOf } from './steps.ts';

const bare = (host: string): string => host.replace(/:\d+$/, '');
const port = (host: string): string => /:(\d+)$/.exec(host)?.[1] ?? '443';
const connect = (n: AdviceNames): { say: string; run: string } => ({
  say: `On node ${n.node}: does a connection open?`,
  run: sh`timeout 10 bash -c ${`</dev/tcp/${bare(n.host)}/${port(n.host)}`}`,
});
const proxyOf = (n: AdviceNames): { say: string; run: string } => ({
  say: `On node ${n.node}: which proxy does the runtime use? (The kubelet's does not matter.)`,
  run: `tr '\\0' '\\n' < /proc/$(pidof -s ${runtimeOf(n).process})/environ | grep -i _proxy | sed 's#//[^@/]*@#//#'`,
});

/** Causes between the node and the host. */
export const networkAdvice = {
  'dns-failure': {
    title: n => `the node cannot resolve ${n.host}`,
    means:
      'The name of the host has no address for this node: a typing error, or a nameserver that is down, refuses, or does not know a private zone.',
    confirm: n => [
      { say: `On node ${n.node}: does the name resolve?`, run: sh`getent ahosts ${bare(n.host)}` },
      {
        say: "Which nameservers does the node ask? (The node's, not CoreDNS.)",
        run: 'cat /etc/resolv.conf; resolvectl status',
      },
    ],
    fix: n => [
      {
        say: `Correct the host name in the image if ${bare(n.host)} resolves nowhere; else repair the node's nameserver or resolv.conf.`,
      },
      ...restart(n),
    ],
  },
  'network-unreachable': {
    title: n => `${n.host} refuses connections or cannot be routed to`,
    means: 'Nothing listens at that address and port, a firewall refuses, or the node has no route (no NAT, no IPv6).',
    confirm: n => [
      connect(n),
      {
        say: 'Which way would it go?',
        run: `ip route get "$(${sh`getent ahosts ${bare(n.host)}`} | awk 'NR==1 {print $1}')"`,
      },
    ],
    fix: n => [
      {
        say: `Start the registry, correct host and port, or open ${bare(n.host)}:${port(n.host)} from the node (security group, firewall, NAT, proxy).`,
      },
      ...restart(n),
    ],
  },
  'network-timeout': {
    title: n => `${n.host} does not answer in time`,
    means:
      'Packets get no answer: a firewall that drops, a missing NAT or route, an overloaded registry, or an MTU that swallows big packets (then the connection opens and TLS hangs).',
    confirm: n => [connect(n), ping(n), proxyOf(n)],
    fix: n => [
      {
        say: `Open ${bare(n.host)}:${port(n.host)} from the node, set the proxy for the runtime, or repair the route; compare with a node that can.`,
      },
      ...restart(n),
    ],
  },
  'connection-reset': {
    title: n => `the connection to ${n.host} is cut`,
    means:
      'The connection opened and was closed by the other side or by something between: a firewall that inspects TLS, a proxy, a load balancer, or a registry that fell over.',
    confirm: n => [ping(n), proxyOf(n)],
    fix: n => [
      {
        say: `Find who resets: compare with a node that can, look at the firewall's log for ${bare(n.host)}. A single cut heals with the next attempt.`,
      },
      ...restart(n),
    ],
  },
  'proxy-failure': {
    title: n => `the proxy on the way to ${n.host} fails`,
    means:
      'The runtime goes through a proxy, and the proxy cannot be reached, wants credentials (407), or refuses the host.',
    confirm: n => [
      proxyOf(n),
      { say: 'Try the same way.', run: sh`curl -v -o /dev/null -x "$HTTPS_PROXY" ${`https://${n.host}/v2/`}` },
    ],
    fix: n => [
      {
        say: `Correct HTTPS_PROXY, or put ${bare(n.host)} into NO_PROXY, in the runtime's unit; this takes a restart of the runtime.`,
        run: sh`systemctl edit ${runtimeOf(n).unit}`,
      },
      {
        say: 'Then, when the node can spare it:',
        run: sh`systemctl daemon-reload && systemctl restart ${runtimeOf(n).unit}`,
      },
      ...restart(n),
    ],
  },
} satisfies Record<string, Advice>;

import type { TextRule } from '../text-rule.ts';
import { blob, head, mirror, noHost, refused, timeout } from './samples.ts';

/** What a host that cannot be reached does, by the part it plays: what is told of a mirror or a blob store is not the registry's. */
export const reachRules: TextRule[] = [
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], lookup: true },
    also: ['dns-failure'],
    fires: [mirror + noHost('mirror.example')],
    nearly: [head + noHost('reg.example')],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], fault: ['refused', 'unreachable'] },
    also: ['network-unreachable'],
    fires: [mirror + refused],
    nearly: [head + refused],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], fault: ['timeout'] },
    also: ['network-timeout'],
    fires: [mirror + timeout],
    nearly: [head + timeout],
  },
  {
    cause: 'mirror-failure',
    when: { role: ['mirror'], fault: ['reset'] },
    also: ['connection-reset'],
    fires: [`${mirror}EOF`],
    nearly: [`${head}EOF`],
  },
  {
    cause: 'redirect-blocked',
    when: { role: ['redirect'], lookup: true },
    also: ['dns-failure'],
    fires: [blob + noHost('cdn01.quay.io')],
    nearly: [head + noHost('reg.example')],
  },
  {
    cause: 'redirect-blocked',
    when: { role: ['redirect'], fault: ['refused', 'unreachable'] },
    also: ['network-unreachable'],
    fires: [blob + refused],
    nearly: [head + refused],
  },
  {
    cause: 'redirect-blocked',
    when: { role: ['redirect'], fault: ['timeout'] },
    also: ['network-timeout'],
    fires: [
      blob + timeout,
      'failed to pull and unpack image "registry.k8s.io/pause:3.10": failed to resolve reference "registry.k8s.io/pause:3.10": failed to do request: Head "https://us-west2-docker.pkg.dev/v2/k8s-artifacts-prod/images/pause/manifests/3.10": dial tcp 192.0.2.1:443: i/o timeout',
    ],
    nearly: [head + timeout],
  },
  {
    cause: 'connection-reset',
    when: { role: ['redirect'], fault: ['reset'] },
    also: ['redirect-blocked'],
    fires: [`${blob}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`],
    nearly: [`${blob}${timeout}`],
  },
];

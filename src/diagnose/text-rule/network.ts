import type { TextRule } from '../text-rule.ts';
import { head, noHost, refused, timeout } from './samples.ts';

/** The registry itself, or a token service, cannot be reached. */
export const networkRules: TextRule[] = [
  {
    cause: 'dns-failure',
    when: { lookup: true, fault: ['unreachable', 'refused'] },
    also: ['network-unreachable'],
    fires: [
      `${head}dial tcp: lookup reg.example on [2001:db8::53]:53: dial udp [2001:db8::53]:53: connect: network is unreachable`,
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: read udp 10.0.0.5:44034->10.0.0.2:53: read: connection refused`,
    ],
    nearly: [head + refused],
  },
  {
    cause: 'dns-failure',
    when: { lookup: true, fault: ['timeout'] },
    also: ['network-timeout'],
    fires: [
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: read udp 10.0.0.5:40830->10.0.0.2:53: i/o timeout`,
      `${head}dial tcp: lookup reg.example: i/o timeout`,
    ],
    nearly: [head + timeout],
  },
  {
    cause: 'dns-failure',
    when: { lookup: true },
    also: [],
    fires: [
      head + noHost('reg.example'),
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: server misbehaving`,
      `${head}dial tcp: lookup reg.example: Temporary failure in name resolution`,
    ],
    nearly: [
      head + timeout,
      'failed to pull and unpack image "reg.example/lookup:1": failed to resolve image: reg.example/lookup:1: not found',
    ],
  },
  {
    cause: 'dns-failure',
    when: { fault: ['no-such-host', 'resolver'] },
    also: [],
    fires: [`${head}dial tcp: no such host`],
    nearly: [head + refused],
  },
  {
    cause: 'network-timeout',
    when: { fault: ['timeout'] },
    also: [],
    fires: [
      head + timeout,
      `${head}net/http: TLS handshake timeout`,
      `${head}net/http: timeout awaiting response headers`,
      'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      `${head}dial tcp 192.0.2.1:443: connect: connection timed out`,
    ],
    nearly: [head + refused],
  },
  {
    cause: 'network-timeout',
    when: { says: ['{get,head,post} ‹url›: context deadline exceeded'] },
    also: ['pull-cancelled'],
    fires: [`${head}context deadline exceeded`],
    nearly: ['rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
  },
  {
    cause: 'network-unreachable',
    when: { fault: ['refused', 'unreachable'] },
    also: [],
    fires: [
      head + refused,
      `${head}dial tcp 192.0.2.1:443: connect: no route to host`,
      `${head}dial tcp [2001:db8::1]:443: connect: network is unreachable`,
      'Failed to pull image "reg.example/app:1": RegistryUnavailable: image pull failed for reg.example/app:1 because the registry is unavailable: pinging container registry reg.example: Get "https://reg.example/v2/": dial tcp 192.0.2.1:443: connect: connection refused',
    ],
    nearly: [`${head}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`],
  },
  {
    cause: 'network-unreachable',
    // A local firewall rule or a prohibited route, as Linux tells it.
    when: { says: ['connect: {operation not permitted,permission denied}'], saysNot: /dial unix|‹socket›/ },
    also: [],
    fires: [
      `${head}dial tcp 192.0.2.1:443: connect: operation not permitted`,
      `${head}dial tcp 192.0.2.1:443: connect: permission denied`,
    ],
    nearly: ['failed to register layer: mkdir /var/lib/docker/overlay2/x: permission denied'],
  },
  {
    cause: 'network-unreachable',
    when: { says: ['registryunavailable', 'because the registry is unavailable'] },
    also: ['network-timeout'],
    fires: ['Error: RegistryUnavailable'],
    nearly: ['Error: ErrImagePull'],
  },
  {
    cause: 'connection-reset',
    when: {
      fault: ['reset'],
      says: ['httpread{er,}seeker', 'failed to copy', 'writing blob', 'copying', 'image configuration'],
    },
    also: ['redirect-blocked', 'content-corrupt'],
    fires: [
      'failed to pull and unpack image "quay.io/team/app:1": failed to copy: httpReadSeeker: failed open: read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer',
      'Error: writing blob: storing blob to file "/var/tmp/container_images_storage1/3": happened during read: unexpected EOF',
    ],
    nearly: [`${head}EOF`],
  },
  {
    cause: 'connection-reset',
    when: { fault: ['reset'] },
    also: [],
    fires: [
      `${head}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`,
      `${head}EOF`,
      'failed to pull and unpack image "reg.test:5001/lib/a:truncated": short read: expected 200255 bytes but got 100127: unexpected EOF',
      'failed to pull and unpack image "reg.test:5001/lib/a:truncated": failed to read expected number of bytes: unexpected EOF',
    ],
    nearly: [head + timeout],
  },
];

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
    // What answers with another name, or a resolver that cannot be reached, looks the same.
    when: { lookup: true, fault: ['resolver'] },
    also: ['network-unreachable', 'network-timeout'],
    fires: [
      `${head}dial tcp: lookup reg.example on 10.0.0.2:53: server misbehaving`,
      `${head}dial tcp: lookup reg.example: Temporary failure in name resolution`,
    ],
    nearly: [head + noHost('reg.example')],
  },
  {
    cause: 'dns-failure',
    // A wrong host in the runtime's settings shows as a name that does not exist.
    when: { lookup: true },
    also: ['hosts-config-invalid'],
    fires: [head + noHost('reg.example'), `${head}dial tcp: lookup reg.example: device or resource busy`],
    nearly: [
      head + timeout,
      'failed to pull and unpack image "reg.example/lookup:1": failed to resolve image: reg.example/lookup:1: not found',
    ],
  },
  {
    cause: 'dns-failure',
    // Nothing on a pull's way but a nameserver is asked over UDP.
    when: { says: ['{read,write,dial} udp … {i/o timeout,connection refused,is unreachable}'] },
    also: ['network-timeout', 'network-unreachable'],
    fires: ['Failed to pull image "reg.example/app:1": read udp 10.0.0.5:38821->10.0.0.2:53: i/o timeout'],
    nearly: [head + timeout],
  },
  {
    cause: 'dns-failure',
    when: { fault: ['no-such-host', 'resolver'] },
    also: ['hosts-config-invalid'],
    fires: [`${head}dial tcp: no such host`],
    nearly: [head + refused],
  },
  {
    cause: 'network-timeout',
    // The client's whole time was used up before there was a connection: looking the name up counts.
    when: { fault: ['timeout'], says: ['while waiting for connection', 'timed out while trying to connect'] },
    also: ['dns-failure', 'proxy-failure'],
    fires: [
      'Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    ],
    nearly: [`${head}net/http: timeout awaiting response headers`],
  },
  {
    cause: 'network-timeout',
    // Connected, and no answer came.
    when: { fault: ['timeout'], says: ['awaiting {response ,}headers', 'while reading body'] },
    also: ['registry-error', 'proxy-failure'],
    fires: [
      `${head}net/http: timeout awaiting response headers`,
      'Error response from daemon: Get "https://reg.example/v2/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
    nearly: [head + timeout],
  },
  {
    cause: 'network-timeout',
    when: { fault: ['timeout'] },
    // Where only a proxy leads out and none is set, nothing answers.
    also: ['proxy-failure', 'network-unreachable'],
    fires: [
      head + timeout,
      `${head}net/http: TLS handshake timeout`,
      `${head}dial tcp 192.0.2.1:443: connect: connection timed out`,
    ],
    nearly: [head + refused],
  },
  {
    cause: 'network-timeout',
    when: { says: ['{get,head,post} ‹url›: context deadline exceeded'] },
    also: ['pull-cancelled', 'proxy-failure'],
    fires: [`${head}context deadline exceeded`],
    nearly: ['rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
  },
  {
    cause: 'network-unreachable',
    // The node itself refused: a name that resolves to it, or a mirror that runs on it.
    when: { fault: ['refused'], loopback: true },
    also: ['mirror-failure', 'dns-failure', 'proxy-failure'],
    fires: [`${head}dial tcp 127.0.0.1:443: connect: connection refused`],
    nearly: [head + refused],
  },
  {
    cause: 'network-unreachable',
    when: { fault: ['refused', 'unreachable'] },
    also: ['proxy-failure', 'registry-error'],
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
    also: ['proxy-failure'],
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
    also: ['redirect-blocked', 'content-corrupt', 'network-timeout'],
    fires: [
      'failed to pull and unpack image "quay.io/team/app:1": failed to copy: httpReadSeeker: failed open: read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer',
      'Error: writing blob: storing blob to file "/var/tmp/container_images_storage1/3": happened during read: unexpected EOF',
    ],
    nearly: [`${head}EOF`],
  },
  {
    cause: 'connection-reset',
    when: { fault: ['reset'] },
    also: ['proxy-failure', 'registry-error', 'network-timeout'],
    fires: [
      `${head}read tcp 10.0.0.5:50116->192.0.2.1:443: read: connection reset by peer`,
      `${head}EOF`,
      'failed to pull and unpack image "reg.test:5001/lib/a:truncated": short read: expected 200255 bytes but got 100127: unexpected EOF',
      'failed to pull and unpack image "reg.test:5001/lib/a:truncated": failed to read expected number of bytes: unexpected EOF',
    ],
    nearly: [head + timeout],
  },
];

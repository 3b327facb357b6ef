import type { TextRule } from '../text-rule.ts';

/** The runtime's own settings for a registry. */
export const configRules: TextRule[] = [
  {
    cause: 'hosts-config-invalid',
    when: {
      says: [
        'unable to {read,load} {ca,cert,key}',
        'failed to load x509 key pair',
        'could not load x509 key pair',
        'failed to decode {hosts.toml,‹certs.d›}',
        'hosts.toml',
        'invalid {cri image ,plugin }config',
        'cannot be set when',
        'unsupported server url scheme',
        'unable to parse server',
        'invalid {`,}{host,server}{`,}',
        'unknown capability',
        '{open,read,stat} ‹certs.d›',
        'load{ing,} registr{y,ies} config',
        'registries.conf',
        'registries.yaml',
        'registries.d',
        'missing client certificate',
        'missing key … for client certificate',
        'failed to find any pem data',
        'private key does not match',
        'rather than a key in the pem',
        'no resolve hosts',
        'failed to {load,parse,read} {tls,ca,root,client}{ ,}{config,cert}',
        'error loading trust policy',
        'loading signature policy',
        'invalid policy in',
        'unable to get tls{ ,}client{ ,}config',
        'failed to load {ca,cert,key} file',
        'failed to parse {ca,cert,key} file',
        'parse {",}registry',
        'unable to initialize auth config',
      ],
    },
    also: ['tls-unknown-authority', 'mirror-failure'],
    fires: [
      'failed to pull and unpack image "badca.lab.test/app:v1": failed to resolve image: unable to read CA cert "/etc/containerd/certs.d/badca.lab.test/missing.crt": open /etc/containerd/certs.d/badca.lab.test/missing.crt: no such file or directory',
      'failed to pull and unpack image "m12.test/lib/a:ok": failed to resolve image: unable to load CA cert "/etc/containerd/certs.d/m12.test/bad.crt"',
      'failed to pull and unpack image "m18.test/lib/a:ok": failed to resolve image: failed to load X509 key pair: tls: found a certificate rather than a key in the PEM for the private key',
      'time="2026-11-21T22:46:48.173178127Z" level=error msg="failed to decode /etc/containerd/certs.d/m9.test/hosts.toml" error="unknown capability bogus"',
      'time="2026-11-21T22:46:48Z" level=warning msg="failed to load plugin io.containerd.grpc.v1.cri" error="invalid plugin config: `mirrors` cannot be set when `config_path` is provided"',
      'failed to pull and unpack image "m7.test/lib/a:ok": failed to resolve image: no resolve hosts: not found',
      'Error response from daemon: missing client certificate client.cert for key client.key',
      'failed to pull and unpack image "m19.test/lib/a:ok": failed to resolve image: open /etc/containerd/certs.d/m19.test/hosts.toml: not a directory',
      'Error response from daemon: open /etc/docker/certs.d/reg.example:5000: permission denied',
    ],
    nearly: [
      'failed to pull and unpack image "reg.test/hosts.toml:1": failed to resolve image: reg.test/hosts.toml:1: not found',
    ],
  },
  {
    cause: 'hosts-config-invalid',
    // Go's url.Parse of what stands in the settings: an endpoint without `https://` before it.
    when: { says: ['missing protocol scheme', 'first path segment in url', 'unsupported protocol scheme'] },
    also: ['mirror-failure', 'image-name-invalid'],
    fires: [
      'failed to pull image "quay.io/team/api:1": failed to resolve reference "quay.io/team/api:1": parse ":///mirror.example/quay.io/team/api/manifests/1?ns=quay.io": missing protocol scheme',
    ],
    nearly: ['Error: failed to parse flags: missing protocol scheme'],
  },
  {
    cause: 'hosts-config-invalid',
    when: {
      says: ['open ‹path›: {not a directory,permission denied,no such file}', 'read ‹path›: is a directory'],
      saysNot: /layer|snapshot|mount|blob|unpack (?!image ‹)|extract|storage|ingest|executable|exec/,
    },
    also: ['tls-unknown-authority'],
    fires: [
      'failed to resolve reference "reg.example/a:1": get TLSConfig for registry "https://reg.example": open /etc/containerd/ca.pem: no such file or directory',
    ],
    nearly: ['failed to extract layer sha256:aaaaaaaaaaaaaaaa: open /var/lib/containerd/x: permission denied'],
  },
];

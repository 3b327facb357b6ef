import * as broken from '../lab/broken.ts';
import { fails, works, type Fault } from './fault.ts';
import type { FaultNode } from './node.ts';
import { startNode } from './node.ts';
import type { Site } from './site.ts';

const tableOf = (server: string, hosts: readonly string[]): string =>
  [
    ...(server === '' ? [] : [`server = "https://${server}"`]),
    ...hosts.map(host => `[host."https://${host}"]\n  ca = "ca.crt"`),
    '',
  ].join('\n');

/** A host that names mirrors, and the lab's CA for all of them. */
const withMirrors = async (site: Site, node: FaultNode, name: string, mirrors: readonly string[]): Promise<void> => {
  const own = site.at(name);
  await node.certs(`${own}/ca.crt`);
  const upstream = `server = "https://${own}"\nca = "ca.crt"\n`;
  const tables = mirrors.map(mirror => `[host."https://${site.at(mirror)}"]\n  ca = "ca.crt"\n`);
  await node.certs(`${own}/hosts.toml`, upstream + tables.join(''));
};

/** Mirrors: broken with a sound upstream behind them, broken together, broken differently. */
export const mirrorFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  const { sound } = site;
  const pass = broken.passOn(sound);
  site.host('m-refused');
  await site.front('m-503', broken.unavailable);
  const stranger = await site.stranger.issue('m-unkca.lab.test');
  await site.front('m-unkca', pass, stranger);
  await site.front('m-sound', pass);
  const dropped = site.host('m-drop');
  await site.firewall.drop(dropped.address);
  await site.front('m-empty', (_asked, answer) => {
    const errors = [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }];
    answer.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }));
  });
  for (const name of ['mirrored', 'mirror-ca', 'mirrors-two', 'mirror-empty', 'mirror-sound'])
    await site.front(name, pass);
  await site.front('mirror-rate', broken.tooMany);
  await site.front('all-broken', pass, await site.ca.issue('all-broken.lab.test', { days: -3 }));
  site.host('mirror-saves');
  const lay: [string, string[]][] = [
    ['mirrored', ['m-refused']],
    ['mirror-ca', ['m-unkca']],
    ['mirrors-two', ['m-refused', 'm-503']],
    ['mirror-empty', ['m-empty']],
    ['mirror-sound', ['m-sound']],
    ['mirror-rate', ['m-refused']],
    ['all-broken', ['m-drop', 'm-unkca']],
    ['mirror-saves', ['m-sound']],
  ];
  for (const [name, mirrors] of lay) await withMirrors(site, node, name, mirrors);
  const of = (name: string, truth: string): { name: string; truth: string; node: FaultNode; image: string } => ({
    ...{ name, truth, node, image: `${site.at(name)}/app:v1` },
  });
  return [
    works(of('mirror-sound', 'the mirror has it')),
    works(of('mirrored', 'the mirror refuses, the upstream answers'), 'mirror-failure'),
    works(of('mirror-ca', 'the mirror’s CA is unknown, the upstream answers'), 'mirror-failure'),
    works(of('mirror-empty', 'the mirror has no such repository, the upstream has'), 'mirror-failure'),
    works(
      of('mirrors-two', 'one mirror refuses, the next answers 503, the upstream is sound'),
      'mirror-failure',
      'mirror-failure',
    ),
    works(of('mirror-saves', 'the upstream refuses, the mirror before it has the image'), 'network-unreachable'),
    fails(
      { ...of('mirror-rate', 'the mirror refuses and the upstream answers 429'), warnings: ['mirror-failure'] },
      'rate-limited',
    ),
    fails(
      {
        ...of(
          'all-broken',
          'one mirror drops packets, the next has an unknown CA, the upstream’s certificate has ended',
        ),
        warnings: ['mirror-failure', 'mirror-failure'],
      },
      'tls-expired',
    ),
  ];
};

/** certs.d and hosts.toml: wrong, ignored, or leading elsewhere. */
export const hostsTomlFaults = async (site: Site, node: FaultNode): Promise<Fault[]> => {
  const pass = broken.passOn(site.sound);
  for (const name of ['badca', 'ca-name', 'ca-key', 'toml', 'toml-saved', 'toml-type', 'elsewhere', 'plain-to-mute'])
    await site.front(name, pass);
  await site.front('skip-bad', pass, await site.stranger.issue('other.lab.test', { days: -5 }));
  site.host('nobody');
  const put = async (name: string, files: Record<string, string>): Promise<void> => {
    for (const [file, text] of Object.entries(files)) await node.certs(`${site.at(name)}/${file}`, text);
  };
  const { pem } = site.ca;
  const own = (name: string): string => site.at(name);
  await put('badca', {
    'ca.crt': pem,
    'hosts.toml': tableOf(own('badca'), [own('badca')]).replace('"ca.crt"', '"gone.crt"'),
  });
  await put('ca-name', { 'ca.pem': pem });
  await put('ca-key', {
    'hosts.toml': tableOf(own('ca-key'), [own('ca-key')]),
    'ca.crt': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
  });
  const unclosed = (name: string): string => `server = "https://${own(name)}"
[host."https://${own(name)}"
  ca = "lab.pem"
`;
  await put('toml', { 'lab.pem': pem, 'hosts.toml': unclosed('toml') });
  await put('toml-saved', { 'ca.crt': pem, 'hosts.toml': unclosed('toml-saved') });
  await put('toml-type', {
    'lab.pem': pem,
    'hosts.toml': `server = "https://${own('toml-type')}"\n[host."https://${own('toml-type')}"]\n  capabilities = "pull"\n  ca = "lab.pem"\n`,
  });
  await put('elsewhere', { 'ca.crt': pem, 'hosts.toml': `server = "https://${own('nobody')}"\nca = "ca.crt"\n` });
  await put('skip-bad', {
    'hosts.toml': `server = "https://${own('skip-bad')}"\nskip_verify = true\n[host."https://${own('skip-bad')}"]\n  skip_verify = true\n`,
  });
  site.host('plain-to-tls');
  for (const [name, host] of [
    ['plain-to-tls', 'good'],
    ['plain-to-mute', 'plain-to-mute'],
  ] as const)
    await put(name, {
      'hosts.toml': `server = "http://${host}.lab.test:${site.port}"
`,
    });
  const of = (name: string, truth: string): { name: string; truth: string; node: FaultNode; image: string } => ({
    ...{ name, truth, node, image: `${own(name)}/app:v1` },
  });
  return [
    fails(of('badca', 'hosts.toml names a CA file that is not there'), 'hosts-config-invalid'),
    fails(
      of('ca-name', 'the CA is there as ca.pem, and only *.crt is read'),
      'tls-unknown-authority',
      'hosts-config-invalid',
    ),
    fails(of('ca-key', 'the CA file holds a private key'), 'hosts-config-invalid', 'tls-unknown-authority'),
    fails(of('toml', 'hosts.toml does not parse: a bracket is missing'), 'hosts-config-invalid'),
    works(of('toml-saved', 'hosts.toml does not parse, and the ca.crt beside it is enough'), 'hosts-config-invalid'),
    fails(of('toml-type', 'capabilities in hosts.toml is a string, not a list'), 'hosts-config-invalid'),
    fails(of('elsewhere', 'hosts.toml leads to a host where nothing listens'), 'network-unreachable'),
    works({ ...of('skip-bad', 'unknown CA, other name, ended; skip_verify is set'), says: 'skips verification' }),
    fails(of('plain-to-tls', 'hosts.toml says http, and the port speaks TLS'), 'plain-http'),
    fails(
      {
        ...of('plain-to-mute', 'the same, and the server hangs up without a word of HTTP'),
        beyond: 'a connection that ends tells no more, and no step tries TLS at an http address',
      },
      'plain-http',
    ),
  ];
};

/** certs.d is right, and containerd is not told of it. */
export const configPathFaults = async (site: Site): Promise<Fault[]> => {
  const node = await startNode(site, 'no-config-path', { registry: "  config_path = ''" });
  await site.front('unset', broken.passOn(site.sound));
  await node.certs(`${site.at('unset')}/ca.crt`);
  const truth = 'the CA is right on disk, and config_path is not set';
  const image = `${site.at('unset')}/app:v1`;
  return [fails({ name: 'config-path-unset', truth, node, image }, 'hosts-config-invalid', 'tls-unknown-authority')];
};

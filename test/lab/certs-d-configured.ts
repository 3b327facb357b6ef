import { at, root, toml } from './certs-d-trees.ts';
import type { Tree } from './certs-d-trees.ts';

const up = 'up.lab.test';
const m1 = 'https://m1.lab.test';
const m2 = 'https://m2.lab.test';

const both = { ...at(up, { ...toml(`ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\n`), 'one.pem': '@one' }) };
const second = {
  '/etc/second/up.lab.test/hosts.toml': `ca = "/etc/second/one.pem"\n[host."${m2}"]\nca = "/etc/second/one.pem"\n`,
  '/etc/second/one.pem': '@one\n@two',
};

/** Trees that need a configuration of their own. */
export const configuredTrees: Tree[] = [
  { name: 'config_path unset', registry: up, files: both, config: { registry: '' } },
  { name: 'two directories', registry: up, files: both, config: { registry: `config_path = "/etc/none:${root}"` } },
  {
    name: 'two directories, local pull',
    registry: up,
    files: both,
    config: { registry: `config_path = "/etc/none:${root}"`, images: 'discard_unpacked_layers = true' },
  },
  {
    name: 'first directory with its default',
    registry: up,
    files: { ...second, '/etc/first/_default/one.crt': '@one' },
    config: { registry: 'config_path = "/etc/first:/etc/second"', images: 'discard_unpacked_layers = true' },
  },
  {
    name: 'drop-in that sets config_path',
    registry: up,
    files: {
      ...second,
      '/etc/containerd/conf.d/a.toml':
        'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/second"\n',
    },
    config: { top: 'imports = ["conf.d/*.toml"]' },
  },
  {
    name: 'drop-in that sets another key of the section',
    registry: up,
    files: {
      ...both,
      '/etc/containerd/conf.d/a.toml':
        'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nmax_container_log_line_size = 9999\n',
    },
    config: { top: 'imports = ["/etc/containerd/conf.d/*.toml"]' },
  },
  {
    name: 'mirrors',
    registry: up,
    files: {},
    config: {
      registry:
        '[plugins.SECTION.registry.mirrors."up.lab.test"]\nendpoint = ["http://m1.lab.test:5001", "https://m2.lab.test/x"]',
    },
  },
  {
    name: 'mirrors for all',
    registry: up,
    files: {},
    config: { registry: '[plugins.SECTION.registry.mirrors."*"]\nendpoint = ["m1.lab.test"]' },
  },
  {
    name: 'mirrors beside config_path',
    registry: up,
    files: both,
    config: {
      registry: `config_path = "${root}"\n[plugins.SECTION.registry.mirrors."*"]\nendpoint = ["https://m1.lab.test"]`,
    },
  },
  {
    name: 'TLS settings of mirrors',
    registry: up,
    files: { '/etc/first/one.pem': '@one' },
    config: {
      registry:
        '[plugins.SECTION.registry.mirrors."up.lab.test"]\nendpoint = ["https://m1.lab.test", "https://m2.lab.test"]\n' +
        '[plugins.SECTION.registry.configs."m1.lab.test".tls]\nca_file = "/etc/first/one.pem"\n' +
        '[plugins.SECTION.registry.configs."m2.lab.test".tls]\ninsecure_skip_verify = true',
    },
  },
  {
    name: 'mirror that is the registry itself',
    registry: up,
    files: {},
    config: {
      registry:
        '[plugins.SECTION.registry.mirrors."up.lab.test"]\nendpoint = ["http://up.lab.test", "http://m1.lab.test:5001"]',
    },
  },
  {
    name: 'section of version 2 in a file without a version',
    registry: up,
    files: both,
    config: { version: '', sections: `[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "${root}"` },
  },
  {
    name: 'section of version 1',
    registry: up,
    files: both,
    config: { version: '', sections: `[plugins.cri.registry]\nconfig_path = "${root}"` },
  },
  {
    name: 'section of version 1 in a file of version 2',
    registry: up,
    files: both,
    config: { version: 'version = 2', sections: `[plugins.cri.registry]\nconfig_path = "${root}"` },
  },
  {
    name: 'version 2',
    registry: up,
    files: both,
    config: {
      version: 'version = 2',
      sections: `[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "${root}"`,
    },
  },
  {
    name: 'drop-in that is no TOML is not imported',
    registry: up,
    files: { ...both, '/etc/containerd/conf.d/a.toml': 'x' },
    config: { top: 'imports = ["conf.d/*.conf"]' },
  },
  {
    name: 'config_path of the wrong type',
    registry: up,
    files: both,
    config: { registry: 'config_path = 5' },
  },
  {
    name: 'mirrors of the wrong type',
    registry: up,
    files: both,
    config: { registry: 'mirrors = ["x"]' },
  },
  {
    name: 'endpoint of the wrong type',
    registry: up,
    files: both,
    config: { registry: '[plugins.SECTION.registry.mirrors."*"]\nendpoint = "https://m1.lab.test"' },
  },
  {
    name: 'discard_unpacked_layers of the wrong type',
    registry: up,
    files: both,
    config: { images: 'discard_unpacked_layers = "yes"' },
  },
  {
    name: 'empty parts of config_path',
    registry: up,
    files: both,
    config: { registry: `config_path = ":${root}:"`, images: 'discard_unpacked_layers = true' },
  },
  {
    name: 'CRI disabled',
    registry: up,
    files: both,
    config: { version: 'version = 2', disabled: ['io.containerd.grpc.v1.cri'] },
  },
];

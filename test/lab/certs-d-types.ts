import { at, root, toml } from './certs-d-trees.ts';
import type { Tree } from './certs-d-trees.ts';

const up = 'up.lab.test';
const m1 = 'https://m1.lab.test';

/** A value of each type of TOML, and lists that mix them. */
const values: [string, string][] = [
  ['a number', '5'],
  ['a fraction', '5.5'],
  ['text', '"one.pem"'],
  ['empty text', '""'],
  ['true', 'true'],
  ['a date', '2026-01-02T03:04:05Z'],
  ['an empty list', '[]'],
  ['a list of numbers', '[5]'],
  ['a list of text', '["one.pem"]'],
  ['a list of lists', '[["client.pem", "key.pem"]]'],
  ['a list of lists of numbers', '[[5, 6]]'],
  ['a mixed list', '["one.pem", 5]'],
  ['an inline table', '{ x = "y" }'],
  ['an empty table', '{}'],
];

const pems = { 'one.pem': '@one', 'two.pem': '@two', 'client.pem': '@client', 'key.pem': '@key' };
const fields = ['capabilities', 'ca', 'client', 'skip_verify', 'header', 'override_path', 'dial_timeout'] as const;
const sound = `ca = "one.pem"\n[host."${m1}"]\nca = "one.pem"\n`;

const tree = (name: string, text: string): Tree => ({ name, registry: up, files: at(up, { ...toml(text), ...pems }) });

/** Every field of hosts.toml with a value of every type, of the server and of a host. */
export const typedTrees: Tree[] = [
  ...fields.flatMap(field =>
    values.flatMap(([type, value]) => {
      const others = sound.replace(field === 'ca' ? /ca = "one.pem"\n/g : '\0', '');
      return [
        tree(`${field} of the server is ${type}`, `${field} = ${value}\n${others}`),
        tree(`${field} of a host is ${type}`, `${others}${field} = ${value}\n`),
      ];
    }),
  ),
  ...['server', 'host'].flatMap(field =>
    values
      .filter(([type]) => field !== 'server' || type !== 'text')
      .map(([type, value]) => tree(`${field} is ${type}`, `${field} = ${value}\nca = "one.pem"\n`)),
  ),
  ...values.map(([type, value]) => tree(`a header is ${type}`, `${sound}[host."${m1}".header]\nx-lab = ${value}\n`)),
  ...values.map(([type, value]) => tree(`one host is ${type}`, `ca = "one.pem"\n[host]\n"${m1}" = ${value}\n`)),
];

const imageFields = [
  'use_local_image_pull',
  'disable_snapshot_annotations',
  'discard_unpacked_layers',
  'image_pull_with_sync_fs',
  'max_concurrent_downloads',
  'registry',
] as const;
const registryFields = ['config_path', 'mirrors', 'configs', 'auths', 'headers'] as const;
/** One of each kind: a containerd is started for each. */
const kinds = values.filter(([type]) =>
  ['a number', 'text', 'true', 'a list of text', 'an inline table'].includes(type),
);
const both = at(up, { ...toml(sound), ...pems });

/** Fields of config.toml that decide of registries, with values of other types. */
export const typedConfigTrees: Tree[] = [
  ...registryFields.flatMap(field =>
    kinds.map(([type, value]): Tree => ({
      ...{ name: `registry.${field} is ${type}`, registry: up, files: both },
      config: { registry: `${field === 'config_path' ? '' : `config_path = "${root}"\n`}${field} = ${value}` },
    })),
  ),
  ...imageFields.flatMap(field =>
    kinds
      .filter(() => field !== 'registry')
      .map(([type, value]): Tree => ({
        ...{ name: `${field} is ${type}`, registry: up, files: both },
        config: { images: `${field} = ${value}` },
      })),
  ),
  ...['version', 'imports', 'plugins', 'required_plugins'].flatMap(field =>
    kinds
      .filter(([type]) => field !== 'plugins' || type !== 'an inline table')
      // That it names a plugin that is not there is no matter of registries.
      .filter(([type]) => field !== 'required_plugins' || type !== 'a list of text')
      .map(([type, value]): Tree => ({
        ...{ name: `${field} is ${type}`, registry: up, files: both },
        config:
          field === 'version'
            ? { version: `version = ${value}` }
            : field === 'plugins'
              ? { top: `plugins = ${value}`, sections: '' }
              : { top: `${field} = ${value}` },
      })),
  ),
];

import t from 'tap';
import { importsOf, sourceFiles } from './house/source-tree.ts';

type Layer = { may: string[]; node: boolean; packages: Record<string, string[] | 'any file'> };

const pure = { node: false };

/** What each layer may import besides itself; a package names the files that may use it. */
const layers: Record<string, Layer> = {
  model: { ...pure, may: [], packages: {} },
  parse: { ...pure, may: ['model'], packages: { 'smol-toml': 'any file' } },
  diagnose: { ...pure, may: ['model', 'parse'], packages: {} },
  scope: { ...pure, may: ['diagnose', 'model'], packages: {} },
  wire: {
    ...pure,
    may: ['model'],
    packages: { valibot: 'any file', '@valibot/to-json-schema': ['src/wire/openapi.ts'] },
  },
  lib: { node: true, may: ['model'], packages: { pino: ['src/lib/log.ts'] } },
  agent: {
    node: true,
    may: ['lib', 'wire', 'diagnose', 'parse', 'model'],
    packages: {
      '@grpc/grpc-js': ['src/agent/cri/client.ts'],
      '@grpc/proto-loader': ['src/agent/cri/client.ts'],
      undici: 'any file',
      systeminformation: ['src/agent/host-facts.ts'],
      yaml: ['src/agent/credentials/provider-plugins.ts'],
      valibot: 'any file',
    },
  },
  aggregator: {
    node: true,
    may: ['lib', 'wire', 'scope', 'diagnose', 'model'],
    packages: {
      fastify: 'any file',
      'prom-client': 'any file',
      pg: ['', '-sql', '-lead', '-watch'].map(part => `src/aggregator/store/postgres${part}.ts`),
      valibot: 'any file',
      undici: ['src/aggregator/kubernetes/api.ts'],
      yaml: ['src/aggregator/kubernetes/kubeconfig.ts'],
    },
  },
  cli: {
    node: true,
    may: ['lib', 'wire', 'diagnose', 'parse', 'model'],
    packages: { undici: 'any file', valibot: 'any file' },
  },
};

/** The composition root may import anything. */
const compositionRoot = new Set(['src/main.ts', 'src/commands.ts', 'src/up.ts', 'src/check.ts']);

const layerOf = (path: string): string => path.split('/')[1] ?? '';
const files = sourceFiles('src').filter(path => !compositionRoot.has(path));
const edges = files.flatMap(importsOf);

t.test('every source file lies in a layer', t => {
  t.ok(files.length > 10, `saw ${files.length} files`);
  t.ok(edges.length > 10, `saw ${edges.length} imports`);
  for (const path of files) t.ok(layerOf(path) in layers, path);
  t.end();
});

t.test('imports follow the layer table', t => {
  const breaches = edges.filter(edge => {
    const layer = layers[layerOf(edge.from)];
    if (!layer) return true;
    if (edge.to.startsWith('node:')) {
      if (edge.to === 'node:sqlite') return edge.from !== 'src/aggregator/store/open.ts';
      return !layer.node;
    }
    if (edge.to.startsWith('src/')) {
      const target = layerOf(edge.to);
      return target !== layerOf(edge.from) && !layer.may.includes(target);
    }
    const allowed = layer.packages[edge.to];
    return allowed === undefined || (allowed !== 'any file' && !allowed.includes(edge.from));
  });
  t.same(
    breaches.map(edge => `${edge.from} -> ${edge.to}`),
    [],
  );
  t.end();
});

t.test('the reader sees static, type and lazy imports', t => {
  const commands = importsOf('src/commands.ts');
  t.ok(
    commands.some(edge => edge.to === 'src/lib/command.ts' && edge.names.includes('Command') && edge.kind === 'type'),
    'a type import',
  );
  t.ok(
    importsOf('src/main.ts').some(edge => edge.to === 'yaml' && edge.kind === 'lazy'),
    'a lazy import',
  );
  t.end();
});

// A type is erased, so a file may take the type of what it is listed in.
t.test('no import cycles', t => {
  const graph = new Map<string, string[]>();
  for (const path of sourceFiles('src'))
    graph.set(
      path,
      importsOf(path)
        .filter(edge => edge.to.startsWith('src/') && edge.kind !== 'type')
        .map(edge => edge.to),
    );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (trail.includes(path) || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  t.same(cycles, []);
  t.end();
});

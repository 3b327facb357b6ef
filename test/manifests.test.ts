import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { wayOptions } from '../src/cli/ask-options.ts';
import { commandTable } from '../src/commands.ts';
import { root, textOf } from './house/source-tree.ts';

type Manifest = { apiVersion: string; kind: string; metadata: { name: string } } & Record<string, unknown>;
type Mount = { name: string; mountPath: string; readOnly?: boolean };
type Container = {
  command?: string[];
  args: string[];
  image: string;
  imagePullPolicy: string;
  volumeMounts: Mount[];
} & Record<string, unknown>;
type PodSpec = { containers: Container[]; volumes: { name: string }[] } & Record<string, unknown>;

const manifests = parseAllDocuments(textOf('daemonset.yaml')).map(document => document.toJS() as Manifest);
const one = (kind: string, name: string): Manifest => {
  const found = manifests.find(manifest => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} in daemonset.yaml`);
  return found;
};
const podSpec = (manifest: Manifest): PodSpec => (manifest['spec'] as { template: { spec: PodSpec } }).template.spec;

/** Where kubernetes-types keeps the type of an apiVersion. */
const typeModule = (apiVersion: string): string => {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `kubernetes-types/${group.split('.')[0] ?? ''}/${version ?? ''}`;
};

/** Compiles a text as if it were a file of this project, and returns what the compiler says of it. */
const compile = (text: string): string[] => {
  const path = join(root, 'test/manifests.generated.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ESNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readReal = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) =>
    name === path ? ts.createSourceFile(path, text, target) : readReal(name, target);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(found => ts.flattenDiagnosticMessageText(found.messageText, '\n'));
};

const asTypeScript = (all: Manifest[]): string =>
  all
    .map((manifest, index) => {
      const type = `T${index}`;
      return [
        `import type { ${manifest.kind} as ${type} } from '${typeModule(manifest.apiVersion)}';`,
        `export const m${index}: ${type} = ${JSON.stringify(manifest)};`,
      ].join('\n');
    })
    .join('\n');

t.test('every manifest is of its API type', t => {
  t.ok(manifests.length > 8);
  t.same(compile(asTypeScript(manifests)), []);
  t.end();
});

t.test('the type check sees a wrong field, so that it can fail', t => {
  const broken = { ...one('DaemonSet', 'pullpath-agent'), spec: { selektor: {} } };
  t.not(compile(asTypeScript([broken])).length, 0);
  t.end();
});

t.test('the agent is no more privileged than it must be', t => {
  const spec = podSpec(one('DaemonSet', 'pullpath-agent'));
  t.match(spec, { hostNetwork: true, dnsPolicy: 'Default', priorityClassName: 'system-node-critical' });
  t.match(spec['tolerations'], [{ operator: 'Exists' }]);
  const [agent] = spec.containers;
  t.match(agent?.['securityContext'], {
    privileged: false,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'], add: undefined },
  });
  const writable = agent?.volumeMounts.filter(mount => mount.readOnly !== true).map(mount => mount.name);
  t.same(writable, ['data'], 'only its own data is writable');
  const bound = manifests
    .filter(({ kind }) => kind === 'RoleBinding' || kind === 'ClusterRoleBinding')
    .flatMap(binding => binding['subjects'] as { name: string }[]);
  t.ok(bound.length > 0);
  t.notOk(
    bound.some(({ name }) => name === 'pullpath-agent'),
    'no role is bound to it',
  );
  t.end();
});

t.test('secrets are read only where somebody switches that on', t => {
  type Rule = { resources?: string[]; verbs: string[] };
  const reading = manifests.filter(
    ({ kind, rules }) =>
      /Role$/.test(kind) && (rules as Rule[]).some(({ resources }) => resources?.includes('secrets') ?? false),
  );
  t.same(
    reading.map(({ metadata }) => metadata.name),
    ['pullpath-secrets'],
  );
  const bound = manifests
    .filter(({ kind }) => kind.endsWith('Binding'))
    .map(({ roleRef }) => (roleRef as { name: string }).name);
  t.notOk(bound.includes('pullpath-secrets'));
  t.end();
});

t.test('the agent’s token is for the aggregator alone, which asks for that audience', t => {
  const volumes = JSON.stringify(podSpec(one('DaemonSet', 'pullpath-agent')).volumes);
  const audience = /"audience":"([^"]+)"/.exec(volumes)?.[1] ?? '';
  const [aggregator] = podSpec(one('Deployment', 'pullpath-aggregator')).containers;
  t.ok(aggregator?.args.includes(`--audience=${audience}`));
  t.notMatch(volumes, /tls\.key/, 'the key stays with the aggregator');
  t.end();
});

t.test('every mount has its volume and the reason above it', t => {
  const text = textOf('daemonset.yaml');
  for (const name of ['pullpath-agent', 'pullpath-aggregator']) {
    const spec = podSpec(one(name === 'pullpath-agent' ? 'DaemonSet' : 'Deployment', name));
    for (const mount of spec.containers[0]?.volumeMounts ?? []) {
      t.ok(
        spec.volumes.some(volume => volume.name === mount.name),
        `${mount.name} is a volume`,
      );
      t.match(text, new RegExp(`# .*\\n +- \\{ name: ${mount.name}, mountPath: ${mount.mountPath}`), mount.mountPath);
    }
  }
  t.end();
});

t.test('the aggregator starts the image’s program with memory that fits below its limit', t => {
  const [container] = podSpec(one('Deployment', 'pullpath-aggregator')).containers;
  const entry = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(textOf('Dockerfile'))?.[1] ?? '[]') as string[];
  const command = container?.command ?? [];
  t.same([command[0], command.at(-1)], [entry[0], entry.at(-1)]);
  const flag = (name: string): number => Number(command.find(arg => arg.startsWith(`--${name}=`))?.split('=')[1]);
  const { limits } = container?.['resources'] as { limits: { memory: string } };
  // The young generation is three semi-spaces; program, native memory and SQLite's cache come to some 60 MiB.
  t.ok(flag('max-old-space-size') + 3 * flag('max-semi-space-size') + 60 <= Number.parseInt(limits.memory));
  t.end();
});

t.test('every argument in the manifests is an option of its command', async t => {
  for (const manifest of [one('DaemonSet', 'pullpath-agent'), one('Deployment', 'pullpath-aggregator')]) {
    const [container] = podSpec(manifest).containers;
    const [name, ...args] = container?.args ?? [];
    const entry = commandTable.find(candidate => candidate.name === name);
    if (!entry) throw new Error(`no command ${name ?? ''}`);
    const command = await entry.load();
    const flags = Object.values(command.options).map(option => option.flag);
    for (const arg of args) t.ok(flags.includes(arg.replace(/^--/, '').split('=')[0] ?? ''), `${command.name} ${arg}`);
    t.equal(container?.imagePullPolicy, 'IfNotPresent');
    t.notMatch(container?.image, /latest/);
  }
});

t.test('what is marked for reading through kubectl fits together once it is switched on', t => {
  const text = textOf('daemonset.yaml');
  const on = text
    .replace(
      /^( *)# (- name: proxy| +(?:port: 8472|targetPort: proxy|containerPort: 8472)|- --proxy-listen=.*)$/gm,
      '$1$2',
    )
    .replace(/^( *)# (- from:| +- ipBlock: .*| {2}ports:| +- \{ protocol: TCP, port: 8472 \})$/gm, '$1$2');
  const switched = parseAllDocuments(on).map(document => {
    t.same(document.errors, []);
    return document.toJS() as Manifest;
  });
  const find = (kind: string, name: string): Manifest | undefined =>
    switched.find(one => one.kind === kind && one.metadata.name === name);
  const asked = wayOptions.service.defaultText;
  t.match(find('Role', 'pullpath-kubectl')?.['rules'], [{ resources: ['services/proxy'], resourceNames: [asked] }]);
  t.equal(asked, 'https:pullpath-aggregator:proxy', 'scheme, Service and the name of its port');
  const service = find('Service', 'pullpath-aggregator')?.['spec'];
  t.match(service, { ports: [{ name: 'https' }, { name: 'proxy', port: 8472, targetPort: 'proxy' }] });
  const deployment = find('Deployment', 'pullpath-aggregator');
  const [container] = deployment === undefined ? [] : podSpec(deployment).containers;
  t.match(container, { ports: [{ name: 'https' }, { name: 'proxy', containerPort: 8472 }] });
  t.ok(container?.args.includes('--proxy-listen=0.0.0.0:8472'));
  t.match(find('NetworkPolicy', 'pullpath-aggregator')?.['spec'], {
    ingress: [{ ports: [{ port: 8470 }] }, { from: [{ ipBlock: {} }], ports: [{ port: 8472 }] }],
  });
  t.notMatch(JSON.stringify(manifests), 'proxy-listen', 'it is off as it stands');
  t.end();
});

import type { CheckCode } from '../../model/check-codes.ts';
import { checkKinds, type Check, type CheckId, type Facts } from '../../model/check.ts';
import type { ConfigProblem, ConfigProblemCode, RegistryHosts } from '../../model/registry-hosts.ts';
import type { RuntimeProxy } from '../node-config/read-proxy.ts';

const idOf = ({ code, file }: ConfigProblem): CheckId => {
  if (code === 'file-too-large' && file.endsWith('/hosts.toml')) return 'config.hosts-toml';
  if (code === 'file-too-large') return /\.(?:toml|conf)$/.test(file) ? 'config.containerd' : 'config.ca-files';
  if (code === 'registry-directory-unreadable') return 'config.certs-d';
  if (/^(?:ca|client-cert)-/.test(code)) return 'config.ca-files';
  return /^hosts?-|^no-host-/.test(code) ? 'config.hosts-toml' : 'config.containerd';
};

const check = (id: CheckId, code: ConfigProblemCode | CheckCode | null, detail: string, facts: Facts = {}): Check => ({
  ...{ id, stage: checkKinds[id].stage, outcome: code === null ? 'pass' : 'fail', code, ms: 0 },
  facts,
  detail,
});

const effectsAt = (runtime: string): Record<ConfigProblem['effect'], string> => ({
  'pull-fails': `${runtime} fails every pull of this registry`,
  ignored: `${runtime} goes on without it`,
  'start-fails': `${runtime} does not start with it`,
  'not-read': 'it is too large to be read here',
  unknown: `${runtime} does not tell`,
});

/** What could not be looked at, since a file before it was not read. */
const waits = (id: CheckId, waitsFor: CheckId): Check => ({
  ...check(id, null, `${waitsFor} was not read`),
  ...{ outcome: 'skip', code: 'waits-for', waitsFor },
});

/** The registry's configuration as checks: one for each problem, a pass for each part without one. */
export const configChecks = ({ registry, runtime, directory, hosts, problems }: RegistryHosts): Check[] => {
  const effects = effectsAt(runtime === 'cri-o' ? 'CRI-O' : 'containerd');
  const failed = problems.map(problem => {
    const { code, file, line, effect, detail } = problem;
    const place = line === null ? file : `${file}:${line}`;
    return check(idOf(problem), code, `${place}: ${detail}; ${effects[effect]}`, { file, line, effect });
  });
  const files = [...new Set(hosts.flatMap(host => host.caFiles))];
  const order = hosts.length === 0 ? 'nobody' : hosts.map(host => new URL(host.url).host).join(', then ');
  const sound: [CheckId, string][] = [
    ['config.containerd', 'read'],
    ['config.certs-d', directory ?? `no directory of its own for ${registry}`],
    ['config.hosts-toml', `asks ${order}`],
    ['config.ca-files', files.length === 0 ? 'none besides the system’s CAs' : files.join(', ')],
  ];
  const unread = sound.findIndex(([id]) => failed.some(one => one.id === id && one.facts?.['effect'] === 'not-read'));
  const [unreadId] = sound[unread] ?? [];
  return sound.flatMap(([id, detail], at) => {
    const own = failed.filter(one => one.id === id);
    if (own.length > 0) return own;
    return unreadId !== undefined && at > unread ? [waits(id, unreadId)] : [check(id, null, detail)];
  });
};

/** The proxy settings that containerd runs with; values are not shown, they may hold passwords. */
export const proxyCheck = ({ environment, source, differing }: RuntimeProxy): Check => {
  const facts = { source, variables: Object.keys(environment).sort(), differing };
  const named = facts.variables.length === 0 ? 'no proxy' : facts.variables.join(', ');
  const from = { process: 'of the running process', unit: 'of the unit', none: 'neither process nor unit found' };
  if (differing.length === 0) return check('config.proxy', null, `${named} (${from[source]})`, facts);
  const detail = `${differing.join(', ')} of the unit is not what containerd runs with: it needs a restart`;
  return check('config.proxy', 'proxy-not-reloaded', detail, facts);
};

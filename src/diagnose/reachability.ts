import { hostStages, type ReportedCheck } from '../model/check.ts';

type HostStage = (typeof hostStages)[number];

/** One stage of the path to a host; `when`, epoch milliseconds by the node's clock, is null where it was not tested. */
export type StageVerdict = {
  stage: HostStage;
  /** `skip`: left out, the code says why. `unknown`: not tested, or no part of this host's path (a proxy, mostly). */
  outcome: 'pass' | 'fail' | 'skip' | 'unknown';
  code: string | null;
  ms: number | null;
  when: number | null;
};

/** A host on the way to a registry, stage by stage. */
export type HostReach = {
  registry: string;
  host: string;
  role: 'mirror' | 'upstream';
  stages: StageVerdict[];
};

/** Of several addresses one is enough, and nameservers count only through the name that they were asked for. */
const oneIsEnough: ReadonlySet<string> = new Set(['tcp.connect']);

const untested = (stage: HostStage): StageVerdict => ({ stage, outcome: 'unknown', code: null, ms: null, when: null });

const byId = (checks: readonly ReportedCheck[]): ReportedCheck[][] => {
  const groups = new Map<string, ReportedCheck[]>();
  for (const check of checks) groups.set(check.id, [...(groups.get(check.id) ?? []), check]);
  return [...groups.values()];
};

/** The checks of a stage that count: a nameserver does only where the name itself was not looked up. */
const counting = (checks: readonly ReportedCheck[]): ReportedCheck[] => {
  const looked = checks.some(({ id, outcome }) => id === 'dns.resolve' && outcome !== 'skip');
  return checks.filter(({ id }) => !(looked && id === 'dns.nameserver'));
};

const worth = { fail: 0, pass: 1, skip: 2 } as const;

/** The check that speaks for all of its id. */
const speaker = (checks: readonly ReportedCheck[]): ReportedCheck[] => {
  const passed = checks.find(({ outcome }) => outcome === 'pass');
  if (passed !== undefined && oneIsEnough.has(passed.id)) return [passed];
  return checks.toSorted((a, b) => worth[a.outcome] - worth[b.outcome]).slice(0, 1);
};

const verdict = (stage: HostStage, own: readonly ReportedCheck[]): StageVerdict => {
  const spoken = byId(counting(own)).flatMap(speaker);
  const [worst] = spoken.toSorted((a, b) => worth[a.outcome] - worth[b.outcome]);
  if (worst === undefined) return untested(stage);
  const ms = worst.outcome === 'pass' ? spoken.reduce((sum, check) => sum + check.ms, 0) : worst.ms;
  const times = spoken.flatMap(({ at }) => (at === undefined ? [] : [at]));
  const when = worst.at ?? (times.length === 0 ? null : Math.max(...times));
  return { stage, outcome: worst.outcome, code: worst.code, ms: Math.round(ms * 10) / 10, when };
};

/** Every host that this node asks for each registry, as its reported checks have it, mirrors first as containerd asks them. */
export const reachabilityOf = (checks: readonly ReportedCheck[]): HostReach[] => {
  const config = new Map<string, ReportedCheck[]>();
  const hosts = new Map<string, { first: ReportedCheck; own: ReportedCheck[] }>();
  for (const check of checks) {
    const { registry, host } = check;
    if (registry === undefined) continue;
    const key = `${registry} ${host ?? ''}`;
    if (host === undefined) config.set(registry, [...(config.get(registry) ?? []), check]);
    else hosts.set(key, { first: hosts.get(key)?.first ?? check, own: [...(hosts.get(key)?.own ?? []), check] });
  }
  // A configuration with which containerd asks nobody leaves no host to tell.
  for (const [registry, own] of config) {
    const [first] = own;
    const told = [...hosts.values()].some(other => other.first.registry === registry);
    if (!told && first !== undefined) hosts.set(`${registry} `, { first: { ...first, host: registry }, own: [] });
  }
  return [...hosts.values()].map(({ first, own }) => {
    const { registry = '', host = '', role = 'upstream' } = first;
    const all = [...(config.get(registry) ?? []), ...own];
    const stages = hostStages.map(stage =>
      verdict(
        stage,
        all.filter(check => check.stage === stage),
      ),
    );
    return { registry, host, role, stages };
  });
};

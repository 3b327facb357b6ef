import { percentile, seconds } from './recover.ts';
import type { NodeLine } from './recover-box.ts';
import type { OutageKind } from './recover-kinds.ts';

/** One outage as it went; times are epoch milliseconds. */
export type OutageRun = {
  kind: string;
  recovers: boolean;
  lengthMs: number;
  host: string;
  image: string;
  pod: string;
  healedAt: number;
  /** By the kubelet's line; null where it did not come in time. */
  ranAt: number | null;
};

type Ended = { runs: OutageRun[]; lines: NodeLine[] };

type Recorded = {
  ended: readonly Ended[];
  /** Nodes that did not come to their end, and why. */
  lost: readonly string[];
  kinds: readonly OutageKind[];
  count: number;
  longest: number;
  loads: readonly number[];
  minutes: number;
};

/** What the agent's log tells of one outage. */
type Told = { run: OutageRun; seenAt: number | null; pulls: { at: number; works: boolean }[]; lines: NodeLine[] };

const fieldsOf = ({ text }: NodeLine): Record<string, unknown> => {
  if (!text.startsWith('{')) return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const toldOf = ({ runs, lines }: Ended): Told[] => {
  const said = lines.filter(({ unit }) => unit === 'pullpath').map(line => ({ at: line.at, fields: fieldsOf(line) }));
  return runs.map(run => {
    const pulls = said
      .filter(({ fields }) => fields['msg'] === 'pull retried' && fields['image'] === run.image)
      .map(({ at, fields }) => ({ at, works: fields['outcome'] === 'pulled' }));
    const seen = said.find(({ at, fields }) => {
      const same = fields['registry'] === run.host && fields['msg'] === 'what was broken answers again';
      return same && at >= run.healedAt;
    });
    return { run, seenAt: seen?.at ?? null, pulls, lines: lines.filter(({ text }) => text.includes(run.host)) };
  });
};

const spread = (times: readonly number[]): string[] => {
  const sorted = [...times].sort((a, b) => a - b);
  return [0.5, 0.95, 1].map(share => (sorted.length === 0 ? '' : seconds(percentile(sorted, share))));
};

const ranIn = ({ run }: Told): number[] => (run.ranAt === null ? [] : [run.ranAt - run.healedAt]);

const rowOf = (name: string, told: readonly Told[]): string => {
  const [recovered, plain] = [true, false].map(recovers => told.filter(({ run }) => run.recovers === recovers)) as [
    Told[],
    Told[],
  ];
  const pulled = recovered.flatMap(({ run, pulls }) =>
    pulls.filter(({ works }) => works).map(({ at }) => at - run.healedAt),
  );
  const all = recovered.flatMap(({ pulls }) => pulls);
  const cells = [
    ...[recovered.flatMap(ranIn).length, ...spread(recovered.flatMap(ranIn))],
    ...[spread(pulled)[0] ?? '', all.length, all.filter(({ works }) => !works).length],
    ...[plain.flatMap(ranIn).length, ...spread(plain.flatMap(ranIn))],
  ];
  return `| ${name} | ${cells.join(' | ')} |`;
};

const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** What the node's programs said of one outage: attempts, their failures, what the agent did, the pod; each line cut. */
const evidenceOf = ({ run, lines }: Told): string[] => [
  `The journal of ${run.pod}, healed at ${clock(run.healedAt)}:`,
  ...lines
    .filter(
      ({ text, unit }) => unit === 'pullpath' || /startup duration|ErrImagePull: \\"rpc|msg="PullImage/.test(text),
    )
    .map(({ at, unit, text }) => `${clock(at)} ${unit.padEnd(10)} ${text.replace(/\s+/g, ' ').slice(0, 240)}`),
];

const slowMs = 25_000;

const slowLine = ({ run, seenAt, pulls }: Told): string => {
  const after = (at: number | null): string => (at === null ? 'never' : `${seconds(at - run.healedAt)} s`);
  const tried = pulls.map(({ at, works }) => `${works ? 'pulled' : 'pull failed'} ${after(at)}`).join(', ');
  return `slow: ${run.pod}, ${Math.round(run.lengthMs / 1000)} s: seen ${after(seenAt)}, ${tried || 'no pull'}, ran ${after(run.ranAt)}`;
};

/** The record of a run: the table, what went wrong, and one outage in the journal's own lines. */
export const recordLines = ({ ended, lost, kinds, count, longest, loads, minutes }: Recorded): string[] => {
  const told = ended.flatMap(toldOf);
  const recovered = told.filter(({ run }) => run.recovers);
  const aims = kinds.filter(({ aside }) => !aside);
  const rowOfKind = ({ name }: OutageKind): string =>
    rowOf(
      name,
      told.filter(({ run }) => run.kind === name),
    );
  const load = [...loads].sort((a, b) => a - b);
  const oneRun = recovered
    .filter(({ run }) => run.kind === 'dropped')
    .sort((a, b) => Math.abs(a.run.lengthMs - 210_000) - Math.abs(b.run.lengthMs - 210_000))[0];
  return [
    `recover-live: ${count} outages of 20 s to ${longest} s of each kind, in real time, with pullpath and without, in ${minutes} minutes on ${ended.length} nodes; load ${[0.5, 1].map(share => percentile(load, share).toFixed(1)).join(', ')} (median, most); seconds from healed to running`,
    '| outage | n | median | p95 | worst | until pulled: median | pulls | failed | without: n | median | p95 | worst |',
    `| --- |${' --- |'.repeat(11)}`,
    ...aims.map(rowOfKind),
    rowOf(
      'all',
      told.filter(({ run }) => aims.some(({ name }) => name === run.kind)),
    ),
    ...kinds.filter(({ aside }) => aside).map(rowOfKind),
    ...kinds.map(({ name, how }) => `${name}: ${how}`),
    ...told.filter(({ run }) => run.ranAt === null).map(({ run }) => `never ran: ${run.pod}`),
    ...told
      .filter(({ run }) => run.ranAt !== null && run.ranAt < run.healedAt)
      .map(({ run }) => `ran before it was healed: ${run.pod}`),
    ...lost.map(name => `lost: ${name}`),
    ...recovered.filter(({ run }) => run.ranAt === null || run.ranAt - run.healedAt > slowMs).map(slowLine),
    ...(oneRun === undefined ? [] : evidenceOf(oneRun)),
  ];
};

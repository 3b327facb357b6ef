/**
 * `npm run demo`: a node in a box. A real containerd pulls from real and broken registries, a stand-in for the kubelet
 * logs what the kubelet would, through a real journald, and pullpath names what is wrong. Runs until Ctrl-C; with
 * `--once` until every image has its finding, and fails unless each is the right one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Finding } from '../../src/model/finding.ts';
import { removeLeftovers } from './leftovers.ts';
import { containerdVersion, newestGeneration } from './containerd.ts';
import { connectCri } from './cri.ts';
import type { Cri } from './cri.ts';
import { startLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';
import { allScenarios } from './scenarios.ts';
import { writeShell } from './shell.ts';
import type { Scenario } from './scenarios.ts';
import { duration, paintFor, tableHead, tableRow } from './table.ts';
import { judgeAll, strayFindings } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** With `--once`: the slowest image fails after 30 s (a dial that nobody answers), and is named a second later. */
const onceWithinMs = 180_000;
/** A verdict counts when it has stood this long: the program may still correct itself. */
const settleMs = 3_000;

const paint = paintFor(process.stdout.isTTY, process.env);
const say = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

const liveColumns = [
  { title: 'IMAGE', width: 34 },
  { title: 'CAUSE', width: 24 },
  { title: 'PODS', width: 26 },
  { title: 'SINCE', width: 8 },
];
const finalColumns = [
  { title: 'IMAGE', width: 31 },
  { title: 'WHAT IS WRONG', width: 34 },
  { title: 'PULLPATH SAYS', width: 24 },
  { title: '', width: 5 },
];

type Seen = { findings: readonly Finding[]; pulled: ReadonlySet<string> };
type Result = { verdicts: readonly Verdict[]; stray: readonly Finding[] };
type Run = {
  lab: Lab;
  program: Program;
  scenarios: readonly Scenario[];
  /** The command that opens a shell on the node. */
  shell: string;
  begun: number;
  stop: AbortSignal;
};

/** Why the lab cannot run here, or null. */
const obstacle = (): string | null => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const elsewhere = `npm run pullpath -- explain 'ERROR TEXT' names a cause on any machine`;
  if (process.platform !== 'linux' || !/^ID=debian$/m.test(release))
    return `demo: this is not Debian, and the lab is made of Debian's packages; run it on a Debian 12 machine, or: ${elsewhere}`;
  if (process.getuid?.() !== 0)
    return `demo: not root, and the lab needs mounts and firewall rules of its own; run: sudo npm run demo (or: ${elsewhere})`;
  return null;
};

/** The image, or where the node found something broken that no pod waits for. */
const whatOf = ({ image, host, registry }: Finding): string => image ?? host ?? registry ?? 'the node';

const podsOf = (finding: Finding): string => {
  const [first, ...more] = finding.pods.map(({ namespace, pod }) => `${namespace}/${pod}`);
  return more.length === 0 ? (first ?? '–') : `${first ?? ''} +${more.length}`;
};

/** How a finding ended; null where another tells of the same host or the same pods, which nothing has solved. */
const endOf = ({ image, host, pods }: Finding, { findings, pulled }: Seen): string | null => {
  const waits = new Set(findings.flatMap(other => other.pods.map(({ podUid }) => podUid)));
  if (pods.some(({ podUid }) => waits.has(podUid))) return null;
  if (pods.length === 0) return host !== null && findings.some(other => other.host === host) ? null : 'solved';
  return image !== null && pulled.has(image) ? 'solved' : 'no longer waited for';
};

/** Prints each finding once as it opens, again when its cause changes, and when it closes; and each image pulled. */
const makeLive = ({ begun, scenarios }: Pick<Run, 'begun' | 'scenarios'>): ((now: Seen) => void) => {
  const shown = new Map<string, Finding>();
  const shownPulled = new Set<string>();
  const row = (what: string, cause: string, pods: string, at: number): string =>
    tableRow(liveColumns, [what, cause, pods, `+${duration(at - begun)}`]);
  return ({ findings, pulled }) => {
    for (const { image, pod } of scenarios) {
      if (!pulled.has(image) || shownPulled.has(image)) continue;
      shownPulled.add(image);
      say(paint('good', row(image, 'none: pulled', `default/${pod}`, Date.now())));
    }
    const open = new Set(findings.map(({ id }) => id));
    for (const finding of findings.toSorted((one, other) => one.firstSeen - other.firstSeen)) {
      if (shown.get(finding.id)?.cause === finding.cause) continue;
      shown.set(finding.id, finding);
      const text = row(whatOf(finding), finding.cause, podsOf(finding), finding.firstSeen);
      say(finding.severity === 'warning' ? paint('dim', text) : text);
    }
    for (const [id, finding] of shown) {
      if (open.has(id)) continue;
      shown.delete(id);
      const end = endOf(finding, { findings, pulled });
      if (end !== null) say(paint('dim', row(whatOf(finding), end, podsOf(finding), Date.now())));
    }
  };
};

const pulledImages = async (cri: Cri, scenarios: readonly Scenario[]): Promise<Set<string>> => {
  const pulled = new Set<string>();
  for (const { image } of scenarios) if (await cri.has(image).catch(() => false)) pulled.add(image);
  return pulled;
};

const printVerdicts = (verdicts: readonly Verdict[], stray: readonly Finding[]): void => {
  say();
  say(paint('bold', tableHead(finalColumns)));
  for (const { scenario, said, state } of verdicts) {
    const row = tableRow(finalColumns, [scenario.image, scenario.truth, said]).padEnd(93);
    const mark = state === 'right' ? paint('good', 'ok') : paint('bad', 'wrong');
    say(`${row}  ${mark}`);
  }
  for (const finding of stray) {
    const row = tableRow(finalColumns, [whatOf(finding), 'nothing', finding.cause]).padEnd(93);
    say(`${row}  ${paint('bad', 'wrong')}`);
  }
};

/** What is open now, or null for an answer that did not come in time; throws when it can no longer come. */
const look = async ({ lab, program, scenarios }: Run, cri: Cri): Promise<Seen | null> => {
  if (lab.kubelet.ended() !== null) throw new Error(`the stand-in kubelet has ended: ${lab.kubelet.output().trim()}`);
  try {
    const findings = await program.findings();
    return { findings, pulled: await pulledImages(cri, scenarios) };
  } catch {
    if (program.daemon.ended() !== null) throw new Error(`pullpath up has ended: ${program.lastWords()}`);
    return null;
  }
};

/** Shows findings until the end is asked for: null then, or the verdicts when `untilSettled` and they stand. */
const follow = async (run: Run, untilSettled: boolean): Promise<Result | null> => {
  const { lab, scenarios, begun, stop } = run;
  const live = makeLive(run);
  const cri = connectCri(lab.box.containerd.socket);
  let seen: Seen = { findings: [], pulled: new Set() };
  let settledSince = 0;
  try {
    while (!stop.aborted) {
      const now = await look(run, cri);
      if (now !== null) live((seen = now));
      const verdicts = judgeAll(scenarios, seen.findings, seen.pulled);
      const stray = strayFindings(scenarios, seen.findings);
      const done = verdicts.every(({ state }) => state === 'right') && stray.length === 0;
      if (!done || settledSince === 0) settledSince = done ? Date.now() : 0;
      const settled = done && Date.now() - settledSince > settleMs;
      if (untilSettled && (settled || Date.now() - begun > onceWithinMs)) return { verdicts, stray };
      await sleep(500, undefined, { signal: stop }).catch(() => undefined);
    }
    return null;
  } finally {
    cri.close();
  }
};

const printIntroduction = (): void => {
  const version = containerdVersion(newestGeneration());
  say(paint('bold', 'pullpath demo: a node in a box'));
  say(`For itself alone it starts containerd ${version}, journald, two registries, a nameserver, hosts`);
  say("that break a pull in every way, and a stand-in for the kubelet's image manager, on loopback");
  say('addresses of its own. What runs on this machine is not touched, and all is removed at the end.');
  say();
};

const printSummary = ({ verdicts, stray }: Result, took: string): number => {
  printVerdicts(verdicts, stray);
  const wrong = verdicts.filter(({ state }) => state !== 'right').length + stray.length;
  say();
  if (wrong === 0) say(paint('good', `All ${verdicts.length} images have the right answer, after ${took}.`));
  else say(paint('bad', `${wrong} of ${verdicts.length} images do not have the right answer, after ${took}.`));
  return wrong;
};

const printWhereToLook = ({ program: { url }, lab, shell }: Run): void => {
  say();
  say(`The API listens at ${url} until you press Ctrl-C. Try, in another terminal:`);
  say(`  curl -s ${url}/v1/findings`);
  say(`  npm run -s pullpath -- nodes --server ${url}`);
  say(`  npm run -s pullpath -- node demo-node --server ${url}`);
  say("To see a pull heal, take its firewall rule away (drop.lab.test's):");
  say(`  iptables -D INPUT -d ${lab.hosts.address('drop')} -j DROP`);
  const good = lab.hosts.name('good');
  say('To break something yourself, open a shell on the node (README, "Break it yourself"):');
  say(`  ${shell}`);
  say(`  pullpath check ${good}/app:v1`);
  say(`  mv /etc/containerd/certs.d/${good}/ca.crt /etc/ca.lost`);
  say(`  pullpath check ${good}/app:v1`);
};

const main = async (untilSettled: boolean, stop: AbortSignal): Promise<number> => {
  const left = await removeLeftovers();
  if (left > 0) say(`Removed what ${left === 1 ? 'a demo' : `${left} demos`} left that could not end by itself.`);
  await using undo = new AsyncDisposableStack();
  const lab = await startLab();
  undo.defer(() => lab.stop());
  if (stop.aborted) return 130;
  const program = await startProgram(lab, 'demo-node');
  undo.defer(() => program.stop());
  const scenarios = allScenarios(lab.hosts);
  const shell = await writeShell(lab, 'demo-node');
  say(`pullpath runs on the node, its API listens at ${program.url}. ${scenarios.length} pods are scheduled:`);
  say();
  say(paint('bold', tableHead(liveColumns)));
  const run: Run = { lab, program, scenarios, shell, begun: Date.now(), stop };
  for (const scenario of scenarios) await lab.addPod(scenario);
  if (!untilSettled)
    void sleep(45_000, undefined, { signal: stop, ref: false }).then(
      () => printWhereToLook(run),
      () => undefined,
    );
  const result = await follow(run, untilSettled);
  if (result === null) {
    say();
    say('Stopping …');
    return untilSettled ? 130 : 0;
  }
  return printSummary(result, duration(Date.now() - run.begun)) === 0 ? 0 : 1;
};

/** Ends with one line and the code for a wrong use or place. */
const refuse = (line: string): never => {
  process.stderr.write(`${line}\n`);
  process.exit(2);
};

const readFlags = (): { once: boolean } => {
  try {
    return parseArgs({ options: { once: { type: 'boolean', default: false } } }).values;
  } catch (error) {
    return refuse(`demo: ${(error as Error).message.split('. ')[0] ?? ''}; the only option is --once`);
  }
};

const flags = readFlags();
const why = obstacle();
if (why !== null) refuse(why);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
process.stdout.on('error', () => stop.abort());
printIntroduction();
try {
  process.exitCode = await main(flags.once, stop.signal);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
say('Everything that the demo made is removed.');
// Nothing should be left that keeps this process; if there is, it must not keep the one who waits for us.
setTimeout(() => process.exit(), 3_000).unref();

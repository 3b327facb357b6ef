import { existsSync } from 'node:fs';
import t from 'tap';
import { withoutRoot } from '../house/root.ts';
import { textOf } from '../house/source-tree.ts';
import { newestGeneration } from '../lab/containerd.ts';
import { runFaults } from './run-faults.ts';
import { recorded, scoreOf } from './table.ts';

// Every fault on real parts: what containerd does, what `check` says, and whether it is right. docs/lab.md has the table.

// Starting takes half a minute and the slowest pull as long again; the runner's own limit is for tests that hang.
t.setTimeout(600_000);

/** What really failed, and did not, on the node whose kubelet was recorded: each of them is here. */
const recordedScenarios = Object.keys(JSON.parse(textOf('test/recording/scenarios.json')) as object);

const unfit = (): string | false => {
  if (withoutRoot !== false) return withoutRoot;
  if (!existsSync('/usr/sbin/dnsmasq') && !existsSync('/usr/bin/dnsmasq'))
    return 'the lab needs dnsmasq: .ci/setup-lab';
  return newestGeneration() === 'sid' ? false : 'the faults are written for containerd 2.x, which is not here';
};

t.test('check is right about every fault, or the table says why not', { skip: unfit() }, async t => {
  const floor = recorded();
  const { judged, missing } = await runFaults();
  for (const { faults, why } of missing) for (const name of faults) t.pass(name, { skip: why });
  const missed = missing.flatMap(({ faults }) => faults);
  for (const { fault, right, complaint, error, errors } of judged) {
    const title = `${fault.name}: ${fault.truth}`;
    const about = { complaint, containerd: error ?? 'pulled', check: errors };
    if (fault.beyond === undefined) t.ok(right, title, about);
    else t.notOk(right, `${title}; beyond check, as the table says (${fault.beyond})`, about);
  }
  const score = scoreOf(judged);
  t.comment(`${score.faults} faults, ${score.agree} agree with containerd, ${score.right} right`);
  const names = judged.map(({ fault }) => fault.name);
  t.equal(new Set(names).size, names.length, 'each fault has a name of its own');
  for (const name of recordedScenarios) t.ok(names.includes(name), `${name}, as recorded of a real kubelet`);
  const here = floor.names.filter(name => !missed.includes(name));
  t.same(names, here, 'docs/lab.md has each of them (npm run score:faults)');
  // A fault that cannot be made here counts as it did where it could.
  const atLeast = (what: 'faults' | 'agree' | 'right'): void =>
    void t.ok(score[what] + missed.length >= floor[what], `${what}: at least ${floor[what]}, as recorded`);
  t.ok(floor.faults >= 46, 'there are so many');
  for (const what of ['faults', 'agree', 'right'] as const) atLeast(what);
});

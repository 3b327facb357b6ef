import { scoreOf } from './score.ts';

// Prints the score of many generated clusters, and what was said where it was wrong: node test/scope/score-run.ts [COUNT] [FROM]
const count = Number(process.argv[2] ?? 500);
const from = Number(process.argv[3] ?? 1);
const byKind = new Map<string, { right: number; all: number }>();
let right = 0;
const started = performance.now();
for (let seed = from; seed < from + count; seed += 1) {
  const scored = scoreOf(seed);
  const kind = scored.cluster.faults
    .map(fault => fault.kind)
    .sort()
    .join(' + ');
  const entry = byKind.get(kind) ?? { right: 0, all: 0 };
  entry.all += 1;
  if (scored.right) {
    entry.right += 1;
    right += 1;
  } else {
    process.stdout.write(
      `seed ${seed}: ${scored.cluster.nodes.length} nodes, ${scored.cluster.registries.length} registries, ${kind}\n`,
    );
    for (const { kind: scope, nodes, fault } of scored.truths)
      process.stdout.write(
        `  true: ${scope} ${nodes.length} nodes, ${fault.code ?? fault.image} at ${fault.registries.length} registries\n`,
      );
    for (const { scope, title, key } of scored.incidents)
      process.stdout.write(`  said: ${scope.kind} ${scope.nodes.count} nodes [${key}] ${title} (${scope.why})\n`);
  }
  byKind.set(kind, entry);
}
for (const [kind, { right: good, all }] of [...byKind].sort()) process.stdout.write(`${kind}: ${good} of ${all}\n`);
process.stdout.write(`${right} of ${count} right, ${Math.round(performance.now() - started)} ms\n`);

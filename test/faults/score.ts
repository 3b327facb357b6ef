import { containerdVersion, newestGeneration } from '../lab/containerd.ts';
import { runFaults } from './run-faults.ts';
import { record, scoreOf } from './table.ts';

// `npm run score:faults`: makes every fault and writes the table of docs/lab.md. A name (or several) runs only those, and
// prints what was said instead.

const only = process.argv.slice(2);
const started = performance.now();
const { judged, missing } = await runFaults(only.length === 0 ? undefined : ({ name }) => only.includes(name));
for (const { fault, right, complaint, error, errors, warnings, ms } of judged) {
  if (right && only.length === 0) continue;
  const said = `says ${errors.join(', ') || 'nothing'}; warns of ${warnings.join(', ') || 'nothing'}; ${ms} ms`;
  const text = error === null ? 'pulled' : error;
  process.stdout.write(`${right ? 'right' : 'WRONG'} ${fault.name}: ${fault.truth}\n  ${said}\n  ${text}\n`);
  if (!right) process.stdout.write(`  ${complaint ?? 'they disagree'}\n`);
}
const { faults, agree, right } = scoreOf(judged);
const took = Math.round((performance.now() - started) / 1000);
process.stdout.write(`${faults} faults, ${agree} agree with containerd, ${right} right, in ${took} s\n`);
for (const { faults: names, why } of missing) process.stdout.write(`not made: ${names.join(', ')}: ${why}\n`);
if (only.length === 0 && missing.length === 0) await record(judged, containerdVersion(newestGeneration()));
process.exitCode = missing.length === 0 ? 0 : 1;

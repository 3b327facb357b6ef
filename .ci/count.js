// Prints "PASSED FAILED SKIPPED" over the TAP files named: the closing totals of each. A file that is missing, or has none, is a failure.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
let skipped = 0;
for (const path of process.argv.slice(2)) {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Counted below as a file without totals.
  }
  const totals = [...text.matchAll(/^# \{ (total: \d+.*) \}$/gm)].at(-1)?.[1];
  const count = what => Number(new RegExp(`\\b${what}: (\\d+)`).exec(totals ?? '')?.[1] ?? 0);
  if (totals === undefined) failed += 1;
  passed += count('pass');
  failed += count('fail');
  skipped += count('skip');
}
process.stdout.write(`${passed} ${failed} ${skipped}\n`);

// Prints "PASSED FAILED" over the TAP files named: the closing totals of each. A file that is missing, or has none, is a failure.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Counted below as a file without totals.
  }
  const totals = [...text.matchAll(/^# \{ total: (\d+)(?:, pass: (\d+))?(?:, fail: (\d+))?/gm)].at(-1);
  if (!totals) failed += 1;
  passed += Number(totals?.[2] ?? 0);
  failed += Number(totals?.[3] ?? 0);
}
process.stdout.write(`${passed} ${failed}\n`);

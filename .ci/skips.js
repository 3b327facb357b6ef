// Prints each reason for which tests of the TAP files named were skipped, and how many were, one a line: `3: needs root`.
import { readFileSync } from 'node:fs';

const reasons = new Map();
for (const path of process.argv.slice(2)) {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Its absence is told elsewhere.
  }
  for (const [, reason] of text.matchAll(/^ *(?:not )?ok \d+.*? # SKIP *(.*?)(?: # time=.*)?$/gim))
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}
for (const [reason, count] of reasons) process.stdout.write(`${count}: ${reason || 'no reason given'}\n`);

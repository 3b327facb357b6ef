// Prints each failing test of the TAP files named as `FILE > GROUP > TITLE`, one a line.
import { readFileSync } from 'node:fs';

/** Titles of the failing tests; a group that fails only because of those inside is not named again. */
const failuresIn = text => {
  const found = [];
  // The groups that are open, by how far their lines are indented.
  const groups = [];
  // A report between `---` and `...` may hold anything, lines of TAP too.
  let report = null;
  for (const line of text.split('\n')) {
    const [, indent, rest] = /^( *)(.*)$/.exec(line) ?? [];
    if (report !== null) {
      if (rest === '...' && indent === report) report = null;
      continue;
    }
    if (rest === '---') {
      report = indent;
      continue;
    }
    const depth = indent.length / 4;
    const opened = /^# Subtest: (.*)/.exec(rest)?.[1];
    if (opened !== undefined) {
      groups[depth] = { title: opened, before: found.length };
      groups.length = depth + 1;
      continue;
    }
    const [, failed, title] = /^(not )?ok \d+(?: - (.*?))?(?: # time=.*| \{)?$/.exec(rest) ?? [];
    if (title === undefined) continue;
    const own = groups[depth];
    groups.length = Math.min(groups.length, depth);
    const alreadyNamed = own !== undefined && found.length > own.before;
    if (failed === undefined || alreadyNamed || / # (?:TODO|SKIP)\b/i.test(rest)) continue;
    found.push([...groups.map(group => group.title), title].join(' > '));
  }
  return found;
};

for (const path of process.argv.slice(2)) {
  try {
    for (const failure of failuresIn(readFileSync(path, 'utf8'))) process.stdout.write(`${failure}\n`);
  } catch {
    process.stdout.write(`${path}: not written, the tests did not run to their end\n`);
  }
}

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../aggregator/sample.ts';

type Test = Parameters<typeof temporaryDirectory>[0];

/** A `kubectl` on the PATH until the test ends; its arguments come in `asked`. The script is JavaScript, with `args` and `fs`. */
export const fakeKubectl = (t: Test, script: string): { asked: () => string[][] } => {
  const dir = temporaryDirectory(t);
  const log = join(dir, 'asked');
  const path = process.env['PATH'] ?? '';
  writeFileSync(log, '');
  writeFileSync(
    join(dir, 'kubectl'),
    `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');
${script}
`,
  );
  chmodSync(join(dir, 'kubectl'), 0o755);
  process.env['PATH'] = `${dir}:${path}`;
  t.teardown(() => {
    process.env['PATH'] = path;
  });
  const asked = (): string[][] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as string[]);
  return { asked };
};

/** A kubectl that asks a server as the service proxy would, and says of what is refused what the real one says. */
export const kubectlTo = (t: Test, server: string): { asked: () => string[][] } =>
  fakeKubectl(
    t,
    `const [, path] = /\\/proxy(\\/v1\\/.*)$/.exec(args.at(-1)) ?? [];
fetch(${JSON.stringify(server)} + path).then(async answer => {
  if (answer.ok) return fs.writeSync(1, await answer.text());
  fs.writeSync(2, answer.status === 404
    ? 'Error from server (NotFound): the server could not find the requested resource\\n'
    : 'Error from server (BadRequest): the server rejected our request for an unknown reason\\n');
  process.exitCode = 1;
});`,
  );

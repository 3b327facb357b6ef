import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pullpath-lab');
const promtool = join(cache, 'promtool/promtool');

/** Why the tests that need promtool are skipped; false where it is there. */
export const withoutPromtool: string | false = existsSync(promtool)
  ? false
  : 'promtool is not here: `npm test` fetches it on Debian, as root';

/** What Prometheus's own check says of a page of metrics; empty where it is as it should be. */
export const checkMetrics = (text: string): string => {
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  return status === 0 ? stdout + stderr : `exit ${status}\n${stdout}${stderr}`;
};

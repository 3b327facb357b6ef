import { benchCluster } from './cluster.ts';
import { benchExplain } from './explain.ts';
import { benchFlood } from './flood.ts';
import { benchLatency } from './latency.ts';
import { benchScope } from './scope.ts';
import { benchRecover } from './recover.ts';
import { benchRecoverLive } from './recover-live.ts';
import { benchWalks } from './walks.ts';
import { benchWalk } from './walk.ts';

/**
 * Every benchmark by name; `npm run bench -- NAME…` runs some. `cluster` takes numbers of nodes, and `postgres`;
 * `recover-live` a number of outages of each kind and the longest in seconds.
 */
const benches: Record<string, (args: string[]) => Promise<string[]>> = {
  latency: benchLatency,
  flood: benchFlood,
  walks: benchWalks,
  explain: benchExplain,
  scope: benchScope,
  walk: benchWalk,
  cluster: benchCluster,
  recover: benchRecover,
  'recover-live': benchRecoverLive,
};

/** Takes half an hour: only by its name. */
const onlyNamed = new Set(['recover-live']);

const args = process.argv.slice(2);
const wanted = args.filter(arg => Object.hasOwn(benches, arg));
const rest = args.filter(arg => !wanted.includes(arg));
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 ? !wanted.includes(name) : onlyNamed.has(name)) continue;
  for (const line of await bench(rest)) process.stdout.write(`${line}\n`);
}

import { benchExplain } from './explain.ts';
import { benchFlood } from './flood.ts';
import { benchLatency } from './latency.ts';

/** Every benchmark by name; `npm run bench -- NAME…` runs some. */
const benches: Record<string, () => Promise<string[]>> = {
  latency: benchLatency,
  flood: benchFlood,
  explain: benchExplain,
};

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const line of await bench()) process.stdout.write(`${line}\n`);
}

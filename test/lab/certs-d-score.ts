import { configuredTrees } from './certs-d-configured.ts';
import { generatedTrees } from './certs-d-generated.ts';
import { plainTrees } from './certs-d-trees.ts';
import type { Tree } from './certs-d-trees.ts';
import { typedConfigTrees, typedTrees } from './certs-d-types.ts';
import { startCertsDNode } from './certs-d.ts';
import { scoreTrees } from './compare-trees.ts';
import type { Generation } from './containerd.ts';
import { registriesTrees } from './registries-conf-trees.ts';
import { startRegistriesNode } from './registries-conf.ts';

/** One line of the score. */
type Score = { version: string; trees: number; right: number };

const trees: Tree[] = [...plainTrees, ...generatedTrees(60), ...typedTrees, ...configuredTrees, ...typedConfigTrees];

const chosen = <Named extends { name: string }>(from: readonly Named[], only: string | undefined): Named[] =>
  from.filter(({ name }) => only === undefined || name.startsWith(only));

const scoreOf = async (generation: Generation, only: string | undefined): Promise<Score> => {
  const node = await startCertsDNode(generation);
  const some = chosen(trees, only);
  const right = await scoreTrees(generation, node, some);
  return { version: node.version, trees: some.length, right };
};

/** CRI-O's trees, which skopeo reads with the same library. */
const crioScore = async (only: string | undefined): Promise<Omit<Score, 'version'>> => {
  const some = chosen(registriesTrees, only);
  return { trees: some.length, right: await scoreTrees('skopeo', await startRegistriesNode(), some) };
};

const scores: Score[] = [];
const [, , which, only] = process.argv;
const generations = (['own', 'trixie', 'sid'] as const).filter(name => which === undefined || which === name);
for (const generation of generations) scores.push(await scoreOf(generation, only));
for (const { version, trees: all, right } of scores)
  process.stdout.write(`containerd ${version}: ${right} of ${all} trees read as containerd reads them\n`);
const crio = which === undefined || which === 'skopeo' ? await crioScore(only) : { trees: 0, right: 0 };
if (crio.trees > 0)
  process.stdout.write(`registries.conf: ${crio.right} of ${crio.trees} trees read as CRI-O’s library reads them\n`);
process.exitCode = [...scores, crio].every(({ trees: all, right }) => all === right) ? 0 : 1;

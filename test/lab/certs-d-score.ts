import { configuredTrees } from './certs-d-configured.ts';
import { generatedTrees } from './certs-d-generated.ts';
import { plainTrees } from './certs-d-trees.ts';
import type { Tree } from './certs-d-trees.ts';
import { typedConfigTrees, typedTrees } from './certs-d-types.ts';
import { startCertsDNode } from './certs-d.ts';
import type { Generation } from './containerd.ts';
import { registriesTrees } from './registries-conf-trees.ts';
import { startRegistriesNode } from './registries-conf.ts';

/** One line of the score. */
type Score = { generation: Generation; version: string; trees: number; right: number };

const trees: Tree[] = [...plainTrees, ...generatedTrees(60), ...typedTrees, ...configuredTrees, ...typedConfigTrees];

const scoreOf = async (generation: Generation, only: string | undefined): Promise<Score> => {
  const node = await startCertsDNode(generation);
  let [count, right] = [0, 0];
  try {
    for (const tree of trees.filter(({ name }) => only === undefined || name.startsWith(only))) {
      const compared = await node.compare(tree);
      const wrong = compared.filter(({ seen, said }) => seen.join('\n') !== said.join('\n'));
      count += 1;
      if (wrong.length === 0) right += 1;
      for (const { pull, seen, said, hosts } of wrong)
        process.stdout.write(
          `${generation}: ${tree.name}, by ${pull}\n  seen ${seen.join(', ') || 'nothing'}\n  said ${said.join(', ') || 'nothing'}\n  ${JSON.stringify(hosts.problems)}\n`,
        );
    }
  } finally {
    await node.stop();
  }
  return { generation, version: node.version, trees: count, right };
};

/** CRI-O's trees, which skopeo reads with the same library. */
const crioScore = async (only: string | undefined): Promise<{ trees: number; right: number }> => {
  const node = await startRegistriesNode();
  const chosen = registriesTrees.filter(({ name }) => only === undefined || name.startsWith(only));
  let right = 0;
  try {
    for (const tree of chosen) {
      const compared = await node.compare(tree);
      const wrong = compared.filter(({ seen, said }) => seen.join('\n') !== said.join('\n'));
      if (wrong.length === 0) right += 1;
      for (const { pull, seen, said } of wrong)
        process.stdout.write(
          `skopeo: ${tree.name}, by ${pull}\n  seen ${seen.join(', ') || 'nothing'}\n  said ${said.join(', ') || 'nothing'}\n`,
        );
    }
  } finally {
    await node.stop();
  }
  return { trees: chosen.length, right };
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

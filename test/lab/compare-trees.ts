import type { Test } from 'tap';
import type { RegistryHosts } from '../../src/model/registry-hosts.ts';
import type { Contact } from './certs-d-listeners.ts';

/** What the real thing did with a tree of configuration, by a tag or a digest, and what our reader says it does. */
export type Comparison = { pull: 'tag' | 'digest'; seen: Contact[]; said: Contact[]; hosts: RegistryHosts };

/** A node on which trees are laid out, one after the other. */
export type TreesNode<Tree> = {
  /** Lays the tree out, pulls by tag and by digest, and asks the reader. */
  compare(tree: Tree): Promise<Comparison[]>;
  stop(): Promise<void>;
};

type Named = { name: string };

/** Holds that the reader says of each tree what was seen; not that nobody was contacted, which would prove little. */
export const holdTrees = async <Tree extends Named>(
  t: Pick<Test, 'same' | 'ok'>,
  node: TreesNode<Tree>,
  trees: readonly Tree[],
): Promise<void> => {
  let contacts = 0;
  for (const tree of trees)
    for (const { pull, seen, said } of await node.compare(tree)) {
      t.same(said, seen, `${tree.name}, by ${pull}`);
      contacts += seen.length;
    }
  t.ok(contacts > trees.length, `${contacts} contacts seen`);
};

/** How many trees are read as the real thing reads them; the others are printed. Stops the node. */
export const scoreTrees = async <Tree extends Named>(
  who: string,
  node: TreesNode<Tree>,
  trees: readonly Tree[],
): Promise<number> => {
  let right = 0;
  try {
    for (const tree of trees) {
      const wrong = (await node.compare(tree)).filter(({ seen, said }) => seen.join('\n') !== said.join('\n'));
      if (wrong.length === 0) right += 1;
      for (const { pull, seen, said, hosts } of wrong)
        process.stdout.write(
          `${who}: ${tree.name}, by ${pull}\n  seen ${seen.join(', ') || 'nothing'}\n  said ${said.join(', ') || 'nothing'}\n  ${JSON.stringify(hosts.problems)}\n`,
        );
    }
  } finally {
    await node.stop();
  }
  return right;
};

import { parseImageRef } from '../../model/image-ref.ts';
import type { CredentialSources } from '../credentials/node-credentials.ts';
import type { CriClient } from '../cri/client.ts';
import { readFingerprint } from '../node-config/read-fingerprint.ts';
import type { SystemBundle } from '../probe/system-bundle.ts';
import type { ProbedNode } from '../prober.ts';
import { askStep } from './ask-step.ts';
import { knownRegistries } from './known-registries.ts';
import { openNode } from './node.ts';
import type { Target } from './target.ts';
import { walkTarget } from './walk.ts';

/** Opens the node for the agent's walks; `client` is the agent's own connection to the runtime, while that answers. */
export const openProbedNode = async (
  given: {
    hostRoot: string;
    criSocket: string | null;
    nodeName: string;
    client: CriClient | null;
    credentials?: CredentialSources;
    bundle?: SystemBundle;
  },
  signal: AbortSignal,
): Promise<ProbedNode> => {
  const node = await openNode(given, signal);
  const [runtime] = node.checks;
  return {
    // The agent's own watch of the runtime is newer.
    checks: node.checks.filter(check => check !== runtime),
    runtimeAnswers: runtime?.outcome === 'pass',
    registries: until => knownRegistries(node, node.client, until),
    settings: until => readFingerprint(node, until),
    walk: ({ registry, image }, until) => {
      const parsed = image === null ? null : parseImageRef(image);
      // By its parts: a registry's name alone, such as `registry`, would be read as an image.
      const target: Target = {
        ok: true,
        text: image ?? registry,
        registry,
        image: parsed?.ok === true ? parsed.ref : null,
      };
      return walkTarget(target, node, { signal: until, pull: false });
    },
    ask: (asked, until) => askStep(asked, node, until),
    close: () => {
      if (node.client !== given.client) node.client.close();
    },
  };
};

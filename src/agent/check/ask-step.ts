import { parseImageRef } from '../../model/image-ref.ts';
import { namedBy } from '../../diagnose/walk-outcome.ts';
import type { WatchStep } from '../../model/recovery.ts';
import { limits } from '../../model/limits.ts';
import { withDeadline } from '../probe/net.ts';
import type { CheckedNode } from './node.ts';
import { openPath, openSession } from './open-session.ts';
import { platform } from './walk.ts';
import { walkHost } from './walk-host.ts';

/** What came of asking one step: whether it passed, the requests that went to each host, and the time that an answer named. */
export type Asked = { passed: boolean; requests: Record<string, number>; notBefore: number | null };

const unsent = (passed: boolean): Asked => ({ passed, requests: {}, notBefore: null });

/** Asks one step of the path to a registry, with no more than it needs before it: the lookup before the connection. */
export const askStep = async (
  { registry, image, step }: { registry: string; image: string; step: WatchStep },
  node: CheckedNode,
  signal: AbortSignal,
): Promise<Asked> => {
  if (step.check === 'node.disk')
    return unsent(node.checks.some(({ id, outcome }) => id === 'node.disk' && outcome === 'pass'));
  const parsed = parseImageRef(image);
  if (!parsed.ok) return unsent(false);
  const deadline = withDeadline(signal, limits.walkMs);
  const path = await openPath({ registry, image: { text: image, ref: parsed.ref } }, node, { signal, deadline });
  const { hosts } = path.found;
  const host = hosts.find(({ url }) => new URL(url).host === step.host) ?? hosts.at(-1);
  if (host === undefined) return unsent(false);
  const { checks } = await walkHost(await openSession(host, path, node), deadline, platform, step.check);
  const own = checks.filter(({ id }) => id === step.check);
  // A step that this host's path has not any more, as tcp.connect behind a new proxy, is for the walk to judge.
  const passed = own.length === 0 || own.some(({ outcome }) => outcome === 'pass');
  return { passed, requests: path.budget.counts, notBefore: namedBy(checks, node.net.now()) };
};

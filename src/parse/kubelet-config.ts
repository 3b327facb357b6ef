/** What of the kubelet's configuration decides whether a pull by somebody else helps a pod, and when images are removed. */
export type KubeletConfig = {
  /** `imageGCHighThresholdPercent`; null where the file does not say. */
  highPercent: number | null;
  /** `imagePullCredentialsVerificationPolicy` (1.33 and later); null where the file does not say. */
  verification: string | null;
  /** `preloadedImagesVerificationAllowlist`: names without tag, or `prefix/*`. */
  allowed: string[];
};

const bare = (text: string): string => text.trim().replace(/^["']|["']$/g, '');

/** The items of a list of texts, as YAML's block or flow, or as JSON. */
const listOf = (text: string, key: string): string[] => {
  const flow = new RegExp(`(?:^|[{,])\\s*"?${key}"?\\s*:\\s*\\[([^\\]]*)\\]`, 'm').exec(text)?.[1];
  if (flow !== undefined) return flow.split(',').map(bare).filter(Boolean);
  const block = new RegExp(`^${key}:[ \\t]*(?:#.*)?\\n((?:[ \\t]*(?:-.*|#.*)?\\n?)*)`, 'm').exec(text)?.[1] ?? '';
  return [...block.matchAll(/^[ \t]*-[ \t]+([^\n#]+)/gm)].map(([, item = '']) => bare(item));
};

/** Reads the few keys that matter of a KubeletConfiguration, YAML or JSON; all of them stand at its top level. Never throws. */
export const parseKubeletConfig = (text: string): KubeletConfig => {
  const high = /(?:^|[{,])\s*"?imageGCHighThresholdPercent"?\s*:\s*(\d{1,3})\b/m.exec(text)?.[1];
  const policy = /(?:^|[{,])\s*"?imagePullCredentialsVerificationPolicy"?\s*:\s*["']?([A-Za-z]{1,64})/m.exec(text)?.[1];
  return {
    highPercent: high === undefined ? null : Number(high),
    verification: policy ?? null,
    allowed: listOf(text, 'preloadedImagesVerificationAllowlist'),
  };
};

/**
 * Whether the kubelet would ask who pulled an image that it did not pull itself. `repository` is its full name without tag.
 * The default, NeverVerifyPreloadedImages, lets pass what the kubelet has no record of (KEP-2535).
 */
export const verifiesPulls = ({ verification, allowed }: KubeletConfig, repository: string): boolean => {
  if (verification === 'AlwaysVerify') return true;
  if (verification !== 'NeverVerifyAllowlistedImages') return false;
  return !allowed.some(name => (name.endsWith('/*') ? repository.startsWith(name.slice(0, -1)) : repository === name));
};

const strictness = ['NeverVerify', 'NeverVerifyPreloadedImages', 'NeverVerifyAllowlistedImages', 'AlwaysVerify'];

/** Of several configurations, one of which is the kubelet's: what forbids most of each. */
export const strictestOf = (configs: readonly KubeletConfig[]): KubeletConfig => {
  const percents = configs.flatMap(({ highPercent }) => (highPercent === null ? [] : [highPercent]));
  const rank = ({ verification }: KubeletConfig): number => strictness.indexOf(verification ?? '');
  const [strictest, ...others] = configs.toSorted((a, b) => rank(b) - rank(a));
  const alike = others.filter(({ verification }) => verification === strictest?.verification);
  return {
    highPercent: percents.length === 0 ? null : Math.min(...percents),
    verification: strictest?.verification ?? null,
    allowed: (strictest?.allowed ?? []).filter(name => alike.every(({ allowed }) => allowed.includes(name))),
  };
};

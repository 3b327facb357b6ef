/** A version of containerd. */
export type ContainerdVersion = { major: number; minor: number; patch: number };

/** What is taken where the runtime does not tell: the rules of the newest version that is known. */
const newestKnown: ContainerdVersion = { major: 2, minor: 3, patch: 4 };

/** Reads `v2.1.9`, `1.6.20~ds1`, `v1.7.24-k3s1`; what is no version counts as the newest that is known. */
export const parseContainerdVersion = (text: string): ContainerdVersion => {
  const match = /^v?([0-9]{1,4})\.([0-9]{1,4})(?:\.([0-9]{1,4}))?/.exec(text.trim());
  if (match === null) return newestKnown;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
};

/** Whether a version is at least `major.minor.patch`. */
export const atLeast = (version: ContainerdVersion, major: number, minor: number, patch = 0): boolean => {
  if (version.major !== major) return version.major > major;
  if (version.minor !== minor) return version.minor > minor;
  return version.patch >= patch;
};

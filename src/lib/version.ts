/** The program's version; package.json holds the same, and a test compares them. */
export const version = '0.1.0';

/** The oldest Node that it runs on, as in package.json: the first with node:sqlite and with TypeScript as it is. */
export const oldestNode = '22.19';

/** Whether one version is older than another, by its first two numbers. */
export const isOlder = (one: string, other: string): boolean => {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
};

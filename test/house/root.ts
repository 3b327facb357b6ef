/** Why a test is skipped that mounts, starts services or sets packet filters; false where it may. */
export const withoutRoot: string | false = process.getuid?.() === 0 ? false : 'needs root: `sudo npm test`';

/** Shortens a path as Go's path.Clean does: no `.`, `..`, doubled or trailing slashes; `.` where nothing is left. */
export const cleanPath = (path: string): string => {
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push(part);
  }
  const joined = kept.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
};

/** A file's path, relative ones below the directory; both are paths of Linux. */
export const joinPath = (directory: string, file: string): string =>
  file.startsWith('/') ? file : cleanPath(`${directory}/${file}`);

/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1); scheme and names are in lower case. */
export type Challenge = { scheme: string; params: Record<string, string> };

const paramPattern = /([!#$%&'*+.^_`|~\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*,?\s*/y;

/** Reads one header line as containerd does: one challenge a line; null where there is no scheme. */
const parseChallenge = (line: string): Challenge | null => {
  const [, scheme, rest = ''] = /^\s*([!#$%&'*+.^_`|~\w-]+)(?:\s+(.*))?$/s.exec(line) ?? [];
  if (scheme === undefined) return null;
  const params: Record<string, string> = {};
  paramPattern.lastIndex = 0;
  for (let match = paramPattern.exec(rest); match !== null; match = paramPattern.exec(rest)) {
    const [, name = '', quoted, token = ''] = match;
    params[name.toLowerCase()] = quoted === undefined ? token : quoted.replaceAll(/\\(.)/gs, '$1');
  }
  return { scheme: scheme.toLowerCase(), params };
};

/** The challenge that containerd answers: Bearer before Basic; null where it knows neither. */
export const chooseChallenge = (lines: readonly string[]): Challenge | null => {
  const challenges = lines.slice(0, 10).flatMap(line => parseChallenge(line.slice(0, 4096)) ?? []);
  const of = (scheme: string): Challenge | undefined => challenges.find(challenge => challenge.scheme === scheme);
  return of('bearer') ?? of('basic') ?? null;
};

import { readFileSync } from 'node:fs';
import { optionalTextOption, sizeOption, textOption } from '../lib/option-kinds.ts';
import { systemWords } from '../lib/system-words.ts';
import { PullpathError } from '../model/error.ts';
import { limits } from '../model/limits.ts';

/** The options that say where reports are kept, and how much of them. */
export const databaseOptions = {
  dataDir: textOption({
    flag: 'data-dir',
    help: 'where the SQLite database is',
    placeholder: 'DIR',
    fallback: './data',
  }),
  databaseUrl: optionalTextOption({
    flag: 'database-url',
    help: 'PostgreSQL instead of SQLite, for several replicas: postgres://USER@HOST:5432/NAME; the password better by PGPASSWORD or the file',
    placeholder: 'URL',
  }),
  databaseUrlFile: optionalTextOption({
    flag: 'database-url-file',
    help: 'a file that holds that URL, password included',
    placeholder: 'FILE',
  }),
  maxSize: sizeOption({
    flag: 'max-size',
    help: 'beyond this the oldest closed history goes before its time',
    min: '16Mi',
    max: '1Ti',
    fallback: '4Gi',
  }),
};

type DatabaseValues = { dataDir: string; databaseUrl: string | null; databaseUrlFile: string | null };

/** SQLite below a directory, or PostgreSQL at a URL, which may hold a password. */
export type DatabaseChoice = { kind: 'sqlite'; dataDir: string } | { kind: 'postgres'; url: string };

const invalid = (message: string): PullpathError => new PullpathError('option-invalid', message);

const readUrlFile = (path: string): string => {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= limits.secretFileBytes) return text.trim();
  } catch (error) {
    throw invalid(`--database-url-file ${path} cannot be read: ${systemWords(error)}`);
  }
  throw invalid(`--database-url-file ${path} is no file with a URL: it is over ${limits.secretFileBytes} bytes`);
};

/** Which database the options name. No sentence repeats a URL: there may be a password in it. */
export const databaseOf = ({ dataDir, databaseUrl, databaseUrlFile }: DatabaseValues): DatabaseChoice => {
  if (databaseUrl !== null && databaseUrlFile !== null)
    throw invalid('--database-url and --database-url-file are both given; give one of them');
  const option = databaseUrl === null ? '--database-url-file' : '--database-url';
  const url = databaseUrlFile === null ? databaseUrl : readUrlFile(databaseUrlFile);
  if (url === null) return { kind: 'sqlite', dataDir };
  const parsed = URL.parse(url);
  const hasHost = parsed !== null && (parsed.hostname !== '' || parsed.searchParams.has('host'));
  if (!hasHost || !/^postgres(?:ql)?:$/.test(parsed.protocol) || !/^\/[^/]+$/.test(parsed.pathname))
    throw invalid(
      `${option} is not a PostgreSQL URL (not shown: it may hold a password); it takes postgres://USER@HOST:5432/NAME`,
    );
  return { kind: 'postgres', url };
};

/** Names a database for the log: never the user, the password or a parameter. */
export const nameOf = (choice: DatabaseChoice): string => {
  if (choice.kind === 'sqlite') return choice.dataDir;
  const { hostname, port, pathname, searchParams } = new URL(choice.url);
  return `postgres://${hostname || (searchParams.get('host') ?? '')}${port === '' ? '' : `:${port}`}${pathname}`;
};

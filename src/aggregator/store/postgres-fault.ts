import { PullpathError } from '../../model/error.ts';

/** Classes and codes of PostgreSQL (appendix A of its manual) that tell of its surroundings and not of our statement. */
const outageClasses = new Set(['08', '28', '3D', '53', '57', '58', 'XX']);
const outageCodes = new Set([
  '25006', // read-only: a standby, or a primary that became one
  '40001', // transactions that fell over one another, again and again
  '40P01',
  '55P03', // a lock that did not come
  '42501', // not allowed to; rights are given from outside
]);

/** Of the socket, of name resolution and of TLS. */
const networkCode =
  /^E(?:CONN|TIMEDOUT|PIPE|HOST|NET|NOTFOUND|AI_|ADDR|NOENT|ACCES|MFILE|NFILE|PROTO)|^(?:ERR_|CERT_|UNABLE_|DEPTH_|SELF_SIGNED)/;

/** What `pg` says without a code: its own time-outs, and connections that ended. */
const clientText = /timeout|terminated|Connection ended|not queryable|Client was closed|SSL|TLS/i;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const isOutage = (error: Error, code: string): boolean =>
  code === ''
    ? clientText.test(error.message)
    : outageCodes.has(code) || networkCode.test(code) || (code.length === 5 && outageClasses.has(code.slice(0, 2)));

/** Gives a fault of the server or of the way to it its code; any other is a fault of the program and stays. */
export const postgresFault = (error: unknown): Error => {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof PullpathError) return error;
  // A host with several addresses fails with all of their faults; the first stands for them.
  if (error instanceof AggregateError && error.errors.length > 0) return postgresFault(error.errors[0]);
  const code = codeOf(error);
  if (!isOutage(error, code)) return error;
  const why = `${error.message}${code === '' ? '' : ` (${code})`}`;
  return new PullpathError('store-unavailable', `the database cannot be used now: ${why}`, { cause: error });
};

/** True where trying the same again is all there is to do: two transactions fell over one another. */
export const isCollision = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

/** True where waiting will not help: the server is there, and does not let this user, password or database in. */
export const isRefusal = (error: unknown): boolean => /^(?:28|3D)/.test(codeOf(error));

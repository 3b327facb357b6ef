import type { ProblemCode } from '../../wire/problem.ts';

/** Who calls. `key` names the caller for rate limits; it is no secret and never shown. */
export type Caller =
  | { kind: 'anyone'; key: string }
  | { kind: 'token'; key: string }
  | { kind: 'reader'; key: string }
  /** An agent by the node that its token is bound to: it may write as no other. `uids` are those the node goes by. */
  | { kind: 'agent'; key: string; node: string; uids: readonly string[] };

/** Why a caller is not let in, as a problem of the API. */
export type Refusal = {
  code: ProblemCode & ('token-missing' | 'token-refused' | 'access-denied' | 'auth-unavailable');
  detail: string;
};

export type Admission = { ok: true; caller: Caller } | { ok: false; refusal: Refusal };

/**
 * What is asked: a report is written by an agent; all else is asked by people and programs, who read, or `ask` that something
 * be done.
 */
export type Asked = {
  authorization: string | undefined;
  address: string;
  verb: 'report' | 'read' | 'ask';
  path: string;
};

/** Tells who calls and whether he may; never throws. */
export type Authenticate = (asked: Asked) => Promise<Admission>;

/** The token of an Authorization header (RFC 6750); null where there is none. */
export const bearerOf = (authorization: string | undefined): string | null =>
  /^bearer +([!-~]+) *$/i.exec(authorization ?? '')?.[1] ?? null;

export const refuse = (code: Refusal['code'], detail: string): Admission => ({ ok: false, refusal: { code, detail } });

/** What a report says of its node against what is known of its sender; null where they agree. */
export const forgeryOf = (caller: Caller, node: { name: string; uid: string }): string | null => {
  if (caller.kind !== 'agent') return null;
  if (caller.node !== node.name)
    return `the token is bound to node ${caller.node}, and the report is of node ${node.name}; an agent reports its own node only`;
  if (!caller.uids.includes(node.uid))
    return `node ${node.name} has another uid than the report says; start the agent again, so that it reads its token anew`;
  return null;
};

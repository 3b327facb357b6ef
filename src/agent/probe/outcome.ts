import { checkCodes, type CheckCode } from '../../model/check-codes.ts';
import { checkKinds, type Check, type CheckId, type Facts } from '../../model/check.ts';

/** Why a step did not work: a stable code, words for people, and facts for programs. */
export type Fault = { code: CheckCode; detail: string; facts?: Facts };

/** What a step of the network gave, or why it did not. */
export type Got<Value> = { ok: true; value: Value } | { ok: false; fault: Fault };

export const failed = (code: CheckCode, detail: string, facts?: Facts): { ok: false; fault: Fault } => ({
  ok: false,
  fault: facts === undefined ? { code, detail } : { code, detail, facts },
});

export const got = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });

/** The three ways a check can end. */
type Ends = {
  pass: (detail: string, facts?: Facts) => Check;
  /** A fault that is no failure of the path, such as the end of the walk, makes a skip. */
  fail: (fault: Fault, facts?: Facts) => Check;
};

/** Starts the clock of a check. */
export const beginCheck = (id: CheckId): Ends => {
  const started = performance.now();
  const end = (outcome: Check['outcome'], code: CheckCode | null, detail: string, facts: Facts): Check => ({
    ...{ id, stage: checkKinds[id].stage, outcome, code },
    ms: Math.round((performance.now() - started) * 10) / 10,
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
    detail,
  });
  return {
    pass: (detail, facts = {}) => end('pass', null, detail, facts),
    fail: ({ code, detail, facts: own = {} }, facts = {}) =>
      end(checkCodes[code].cause === null ? 'skip' : 'fail', code, detail, { ...facts, ...own }),
  };
};

import type { Cause } from '../model/cause.ts';
import type { NetworkFault } from '../parse/network-fault.ts';
import type { PullError } from '../parse/pull-error.ts';
import type { HostRole } from '../parse/request.ts';

/** What must hold over the parts of an error text; everything given must hold, of a list any one. */
export type Condition = {
  /**
   * Any of these phrases is in the software's words (names masked, lower case). `{a,b}` is either, as in a shell; the parts
   * of `a … b` come in this order.
   */
  says?: string[];
  /** This matches the words: for what stands at an end. */
  like?: RegExp;
  /** This does not. */
  saysNot?: RegExp;
  status?: number[];
  /** Registry error codes. */
  code?: string[];
  fault?: NetworkFault[];
  role?: HostRole[];
  /** A name was being looked up. */
  lookup?: boolean;
  /** The way to the host led over a proxy. */
  proxy?: boolean;
  /** What was dialled is the node itself. */
  loopback?: boolean;
  /** The request that failed went out without TLS, or not. */
  plain?: boolean;
  grpc?: string[];
};

/** One way in which a cause shows in a text. Rules are tried in the order of text-rules.ts; the first that holds names the cause. */
export type TextRule = {
  cause: Cause;
  when: Condition;
  /** Causes that the same text can have. */
  also: Cause[];
  /** The text leaves the cause open: a surer statement beside it wins. */
  vague?: boolean;
  /** Texts that fire it, as the software prints them; the first is the example in docs/causes.md. */
  fires: [string, ...string[]];
  /** Texts that nearly do. */
  nearly: string[];
};

type Whole = { [Key in keyof Condition]-?: Exclude<Condition[Key], undefined> | null };

/** A condition that always holds. */
export const noCondition: Whole = {
  says: null,
  like: null,
  saysNot: null,
  status: null,
  code: null,
  fault: null,
  role: null,
  lookup: null,
  proxy: null,
  loopback: null,
  plain: null,
  grpc: null,
};

const includes = <Item>(list: Item[] | null, item: Item | null): boolean =>
  list === null || (item !== null && list.includes(item));

const isLoopback = (address: string | null): boolean =>
  address !== null && /^(?:127\.|\[::1\]|localhost)/.test(address);

/** Whether the parts of an error other than its words are as a condition wants them. */
export const partsHold = (when: Whole, error: PullError): boolean =>
  includes(when.status, error.status) &&
  includes(when.fault, error.network.fault) &&
  includes(when.role, error.role) &&
  includes(when.grpc, error.grpcCode) &&
  (when.lookup === null || when.lookup === (error.network.lookup !== null)) &&
  (when.proxy === null || when.proxy === error.network.proxy) &&
  (when.loopback === null || when.loopback === isLoopback(error.network.address ?? error.host)) &&
  (when.plain === null || when.plain === (error.url?.startsWith('http://') === true)) &&
  (when.code === null || when.code.some(code => error.codes.includes(code)));

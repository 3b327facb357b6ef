/** What came back from an aggregator. */
export type Reply = { status: number; body: string };

/** A way to an aggregator. What it cannot bring back it throws as a `PullpathError`. */
export type Transport = {
  /** Who is at the other end, for sentences: `the aggregator at http://127.0.0.1:8470`. */
  where: string;
  /** What to look at where the wrong program answers there. */
  check: string;
  /** Whether a token file would help where the caller is not let in. */
  takesToken: boolean;
  /** Gets a path with its query. */
  get: (path: string) => Promise<Reply>;
  /** Posts JSON to a path; null where this way cannot carry it. */
  post: ((path: string, body: string) => Promise<Reply>) | null;
  /** The chunks of an answer that does not end; null where this way cannot carry one. `get` answers what is refused. */
  stream: ((path: string, lastEventId: string | null) => Promise<Reply | AsyncIterable<Uint8Array>>) | null;
  close: () => Promise<void>;
};

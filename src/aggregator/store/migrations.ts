/**
 * The database's schema, one step a version: step N takes a database of version N to N + 1. A step is never edited
 * after a release; a change is a further step. Times are epoch milliseconds of the aggregator's clock.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE node (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- grows: of two uids with one name the higher is the newer node
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    boot_row INTEGER,          -- the boot that runs now
    seq INTEGER NOT NULL,      -- its newest report
    wanted_full_seq INTEGER,   -- the newest full report that its heartbeats speak of
    full_boot_row INTEGER,     -- which full report node_state holds
    full_seq INTEGER,
    reported_at INTEGER,
    agent_version TEXT NOT NULL,
    dropped TEXT NOT NULL,
    errors INTEGER NOT NULL DEFAULT 0,
    warnings INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0,
    vital INTEGER NOT NULL DEFAULT 0,
    causes TEXT NOT NULL DEFAULT '[]'
  ) STRICT;
  CREATE INDEX node_by_name ON node (name, id);

  CREATE TABLE boot (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node_id INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE,
    boot TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    reports INTEGER NOT NULL,  -- how many were stored
    seen TEXT NOT NULL,        -- their numbers, as ranges
    UNIQUE (node_id, boot)
  ) STRICT;

  CREATE TABLE node_state (
    node_id INTEGER PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
    runtime TEXT NOT NULL,
    checks TEXT NOT NULL,
    pulls TEXT NOT NULL,
    retries TEXT NOT NULL
  ) STRICT;

  CREATE TABLE finding (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- one row from opened to closed; the agent's id comes again when it reopens
    node_id INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE,
    finding_id TEXT NOT NULL,
    severity TEXT NOT NULL,
    cause TEXT NOT NULL,
    registry TEXT,
    image TEXT,                -- in full, so that every spelling is found
    namespaces TEXT NOT NULL,  -- each with a blank on both sides
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    closed_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX finding_open ON finding (node_id, finding_id) WHERE closed_at IS NULL;
  CREATE INDEX finding_by_node ON finding (node_id, id);
  CREATE INDEX finding_by_id ON finding (finding_id, id);
  CREATE INDEX finding_closed ON finding (closed_at) WHERE closed_at IS NOT NULL;
  `,
];

/**
 * The database's schema, one step a version: step N takes a database of version N to N + 1. A step is never edited
 * after a release; a change is a further step. Written for SQLite; `postgresOf` gives the same for PostgreSQL. Times are
 * epoch milliseconds of the aggregator's clock.
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
  `
  ALTER TABLE node ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX node_by_revision ON node (revision);

  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  INSERT INTO counter (name, value) VALUES ('revision', 1), ('events dropped', 0);

  CREATE TABLE gone_node ( -- removed ones, so that who follows the changes hears of it
    revision INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE node_body (
    node_id INTEGER PRIMARY KEY REFERENCES node (id) ON DELETE CASCADE,
    state TEXT NOT NULL,    -- its newest full report but for the findings
    outcomes TEXT NOT NULL  -- the outcome of each of its checks, and since when
  ) STRICT;
  INSERT INTO node_body (node_id, state, outcomes)
    SELECT node_id, '{"runtime":' || runtime || ',"checks":' || checks || ',"pulls":' || pulls || ',"retries":' || retries
      || '}', '[]' FROM node_state;
  DROP TABLE node_state;
  UPDATE node SET revision = 1;

  CREATE TABLE check_period ( -- one that ended
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node_id INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE,
    registry TEXT,
    host TEXT,
    check_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX check_period_by_node ON check_period (node_id, id);
  CREATE INDEX check_period_by_end ON check_period (until_at);

  CREATE TABLE incident (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL UNIQUE,
    cause TEXT NOT NULL,
    registry TEXT,
    image TEXT,
    opened_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    closed_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incident_closed ON incident (closed_at) WHERE closed_at IS NOT NULL;

  CREATE TABLE event (
    id INTEGER PRIMARY KEY, -- of the counter, so that they become visible in their order
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_by_time ON event (at);
  `,
  `
  CREATE TABLE asked_retry ( -- a pull that a person asked a node for
    node_id INTEGER NOT NULL REFERENCES node (id) ON DELETE CASCADE,
    image TEXT NOT NULL,
    until_at INTEGER NOT NULL,
    told TEXT,                 -- boot and number of the report whose answer told it
    PRIMARY KEY (node_id, image)
  ) STRICT;
  `,
  `
  ALTER TABLE node_body ADD COLUMN told TEXT NOT NULL DEFAULT ''; -- what its newest full report says to who compares nodes
  `,
  `
  INSERT INTO counter (name, value) VALUES ('incidents', 0); -- grows with every change of any
  `,
  `
  UPDATE counter SET value = value WHERE name = 'incidents'; -- outcomes and told got forms that earlier programs cannot read
  `,
];

/** A step as PostgreSQL has it: wider numbers, keys of its own making, and texts ordered by their bytes as in SQLite. */
export const postgresOf = (step: string): string =>
  step
    .replaceAll('INTEGER PRIMARY KEY AUTOINCREMENT', 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY')
    .replaceAll('INTEGER', 'BIGINT')
    .replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"')
    .replaceAll(') STRICT;', ');');

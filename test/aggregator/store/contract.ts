import type { Test } from 'tap';
import { askedRetriesContract } from './contract/asked-retries.ts';
import { changesContract } from './contract/changes.ts';
import { historyContract } from './contract/history.ts';
import { incidentsContract } from './contract/incidents.ts';
import { findingsContract } from './contract/read-findings.ts';
import { ingestContract } from './contract/ingest.ts';
import { nodesContract } from './contract/read-nodes.ts';
import type { OpenStore } from './contract/open-store.ts';
import { pruneContract } from './contract/prune.ts';

/** What every store does, whatever database it is on: `sqlite.test.ts` and `postgres.test.ts` run it. */
export const storeContract = (t: Test, open: OpenStore): void => {
  ingestContract(t, open);
  nodesContract(t, open);
  findingsContract(t, open);
  pruneContract(t, open);
  changesContract(t, open);
  historyContract(t, open);
  incidentsContract(t, open);
  askedRetriesContract(t, open);
};

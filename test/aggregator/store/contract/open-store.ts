import type { Store } from '../../../../src/aggregator/store/store.ts';

/** Opens an empty store on one of the databases, closed after the test. */
export type OpenStore = (t: { teardown: (run: () => unknown) => void }) => Promise<Store>;

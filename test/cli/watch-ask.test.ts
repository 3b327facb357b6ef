import t from 'tap';
import type { Ask, Question } from '../../src/cli/ask.ts';
import { askChanges, changeLook } from '../../src/cli/watch-ask.ts';
import type { Incident } from '../../src/model/incident.ts';
import type { FindingItem } from '../../src/wire/api.ts';
import { sampleIncident } from './sample-incident.ts';
import { sampleItem } from './sample-item.ts';

/** Answers as the API does of what was opened, changed or closed since. */
const askOf = (incidents: Incident[], findings: FindingItem[]): { ask: Ask; queries: unknown[] } => {
  const queries: unknown[] = [];
  const all = <Item>({ path, query = {} }: Question<Item>): Promise<Item[]> => {
    queries.push([path, query]);
    const items = path === '/v1/incidents' ? incidents : findings;
    return Promise.resolve(items.filter(one => one.changedAt >= Number(query['since'])) as Item[]);
  };
  const ask: Ask = {
    one: () => Promise.reject(new Error('not asked')),
    all,
    follow: null,
    tell: null,
    close: () => Promise.resolve(),
  };
  return { ask, queries };
};

const filter = { cause: null, registry: null, since: null };

t.test('what happened since a time is told in order, as it came out', async t => {
  const { ask, queries } = askOf(
    [sampleIncident({ openedAt: 100, changedAt: 300 }), sampleIncident({ id: 'i-2', openedAt: 150, changedAt: 150 })],
    [
      sampleItem({ openedAt: 50, changedAt: 400 }),
      sampleItem({ id: 'f-2', openedAt: 10, changedAt: 200, closedAt: 200 }),
    ],
  );
  const told = await askChanges(ask, { ...filter, since: '100' });
  t.match(told, [
    { at: 150, what: 'incident', change: 'opened' },
    { at: 200, what: 'finding', change: 'closed' },
    { at: 300, what: 'incident', change: 'changed' },
  ]);
  t.equal(told.length, 3, 'one more attempt of a finding is no news');
  t.match(queries, [
    ['/v1/incidents', { state: 'all', since: '100' }],
    ['/v1/findings', { state: 'all' }],
  ]);
});

t.test('each look gives what is new since the one before', async t => {
  const now = 1_000_000;
  const incidents = [sampleIncident({ openedAt: now, changedAt: now })];
  const findings: FindingItem[] = [];
  const look = changeLook(askOf(incidents, findings).ask, filter, now);
  t.same(await look(), [], 'what was there before is not told');
  t.same(await look(), []);
  incidents[0] = sampleIncident({ openedAt: now, changedAt: now + 5 });
  findings.push(sampleItem({ openedAt: now + 3, changedAt: now + 3 }));
  t.match(await look(), [
    { what: 'finding', change: 'opened' },
    { what: 'incident', change: 'changed' },
  ]);
  incidents[0] = sampleIncident({ openedAt: now, changedAt: now + 9, closedAt: now + 9 });
  t.match(await look(), [{ what: 'incident', change: 'closed', at: now + 9 }]);
  t.same(await look(), []);
  const since = changeLook(askOf(incidents, findings).ask, { ...filter, since: String(now) }, now);
  t.equal((await since()).length, 2, 'with a time, what was there since then is');
});

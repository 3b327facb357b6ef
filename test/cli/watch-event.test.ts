import t from 'tap';
import { happeningOf, isWanted } from '../../src/cli/watch-event.ts';
import { sampleIncident } from './sample-incident.ts';
import { sampleItem } from './sample-item.ts';

const event = (name: string, data: unknown) => happeningOf({ id: '1', event: name, data: JSON.stringify(data) }, 5000);

t.test('an event tells what became of which finding or incident', t => {
  t.match(event('incident.changed', sampleIncident()), { at: 100_000, what: 'incident', change: 'changed' });
  t.match(event('finding.opened', sampleItem()), { at: 5000, what: 'finding', finding: { node: 'node-1' } });
  t.match(event('finding.closed', sampleItem({ closedAt: 4000 })), { at: 4000, change: 'closed' });
  t.end();
});

t.test('what this program does not know is passed over', t => {
  t.equal(event('incident.merged', sampleIncident()), null);
  t.equal(event('message', {}), null);
  t.equal(event('incident.opened', { id: 'i' }), null);
  t.equal(event('finding.opened', []), null);
  t.equal(happeningOf({ id: null, event: 'finding.opened', data: 'no json' }, 0), null);
  t.end();
});

t.test('a filter keeps one cause or one registry, in whatever case it is written', t => {
  const incident = event(
    'incident.opened',
    sampleIncident({ registry: null, registries: ['a.example', 'reg.example'] }),
  );
  const finding = event('finding.opened', sampleItem());
  t.ok(incident !== null && finding !== null);
  if (incident === null || finding === null) return;
  t.ok(isWanted(incident, { cause: null, registry: 'REG.example' }));
  t.ok(isWanted(finding, { cause: 'dns-failure', registry: 'reg.example' }));
  t.notOk(isWanted(finding, { cause: 'disk-full', registry: null }));
  t.notOk(isWanted(incident, { cause: null, registry: 'b.example' }));
  t.end();
});

import t from 'tap';
import { incidentsText, placeText } from '../../src/cli/incidents-text.ts';
import { sampleIncident, sampleScope } from './sample-incident.ts';
import { fitsEachPage, plainPage } from './plain-page.ts';

const how = { now: 201_000, wide: false, ...plainPage };

t.test('what needs a person comes first, each with its id and the line of its alert', t => {
  const incidents = [
    sampleIncident({ id: 'i-3', state: 'closed', closedAt: 200_000, title: 'over' }),
    sampleIncident({
      id: 'i-2',
      severity: 'warning',
      cause: 'disk-full',
      title: 'soon full',
      pods: { count: 0, some: [] },
    }),
    sampleIncident(),
  ];
  t.equal(
    incidentsText(incidents, how),
    `SINCE  STATE    SCOPE            CAUSE                  WHERE        PODS
3m20s  growing  12 nodes zone=b  tls-unknown-authority  reg.example  14
  i-0123456789abcdef  12 nodes with zone=b cannot pull by reg.example: the node does not trust the
                      CA; 30 other nodes can
3m20s  growing  12 nodes zone=b  disk-full              reg.example  0
  i-2  soon full
3m20s  closed   12 nodes zone=b  tls-unknown-authority  reg.example  14
  i-3  over

2 incidents open, 14 containers waiting; 1 closed
`,
  );
  t.end();
});

t.test('lines keep to the page and cannot command the terminal', t => {
  const nasty = sampleIncident({
    host: 'h'.repeat(300),
    title: `\u001b[2J${'word '.repeat(100)}`,
    scope: sampleScope({ shared: [{ name: 'nameservers', value: '10.0.0.1 '.repeat(30), failing: 1, passing: 0 }] }),
  });
  const text = incidentsText([nasty], how);
  fitsEachPage(t, page => incidentsText([nasty], { ...how, ...page }));
  t.notMatch(text, '\u001b');
  t.match(incidentsText([nasty], { ...how, wide: true }), 'h'.repeat(300));
  t.end();
});

t.test('where it breaks is the most exact that is known', t => {
  t.equal(placeText(sampleIncident({ image: 'reg.example/a:1' })), 'reg.example/a:1');
  t.equal(placeText(sampleIncident({ host: null, registry: null, registries: ['a', 'b', 'c'] })), 'a +2');
  t.equal(placeText(sampleIncident({ host: null, registry: null, registries: [] })), 'the node');
  t.end();
});

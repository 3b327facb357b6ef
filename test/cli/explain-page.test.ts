import t from 'tap';
import { explainLine, explainPage } from '../../src/cli/explain-page.ts';
import { painter } from '../../src/cli/output.ts';
import { explainText } from '../../src/diagnose/explain.ts';
import { messages } from '../corpus/messages.ts';
import { plainPage, plainPages } from './plain-page.ts';

t.test('the page of every labelled message can be read and acted on', t => {
  for (const { id, text } of messages()) {
    const answer = explainText(text);
    const page = explainPage(answer, plainPage);
    t.match(page, new RegExp(`^${answer.cause} {2}`), id);
    t.notMatch(page, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, id);
    const commands = new Set(answer.fix.flatMap(({ run }) => run ?? []));
    for (const { width } of plainPages) {
      const lines = explainPage(answer, { ...plainPage, width }).split('\n');
      t.same(
        lines.filter(line => line.length > width && !commands.has(line.trim())),
        [],
        `${id} in ${width} columns`,
      );
    }
    for (const run of commands) t.ok(page.includes(run), `${id}: ${run}`);
  }
  t.end();
});

t.test('a line says the cause, what it is, and what else it may be', t => {
  const text = 'failed to resolve image: r.example/a:1: not found';
  t.equal(
    explainLine(explainText(text), plainPage.paint),
    'tag-not-found  r.example has no a:1 (tag or repository) (or image-not-found)\n',
  );
  t.match(explainLine(explainText('hello'), plainPage.paint), /^not-a-pull-failure/);
  t.match(explainPage(explainText(text), { ...plainPage, paint: painter(true) }), '\u001b[31mtag-not-found\u001b[0m');
  t.end();
});

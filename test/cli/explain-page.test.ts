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

const fails = (name: string): string => `Failed to pull image "r.example/${name}": no space left on device`;

t.test('the other failures of a text are named at the end, each with the command to ask about it', t => {
  const hostile = 'Failed to pull image "s.example/b:1": x509: certificate signed by unknown authority\'; $(reboot)';
  const answer = explainText([fails('a:1'), hostile].join('\n'));
  for (const plain of plainPages) {
    const page = explainPage(answer, plain);
    const [, rest = ''] = page.split('Also in this text, each with an answer of its own:\n');
    t.match(rest, /^ {10}s\.example\/b:1: tls-unknown-authority, the node/);
    t.match(
      rest,
      "pullpath explain 'Failed to pull image \"s.example/b:1\": x509: certificate signed by unknown authority'\\''; $(reboot)'\n",
    );
  }
  t.match(explainLine(answer, plainPage.paint), /, and 1 more in the same text\n$/);
  t.notMatch(explainPage(explainText(fails('a:1')), plainPage), 'Also in this text');
  t.end();
});

t.test('a page shows some of many others and says how many more there are', t => {
  const answer = explainText(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(name => fails(`${name}:1`)).join('\n'));
  const page = explainPage(answer, plainPage);
  t.equal(page.match(/pullpath explain/g)?.length, 5);
  t.match(page, /\n {10}and 2 more: --json lists them\n$/);
  t.end();
});

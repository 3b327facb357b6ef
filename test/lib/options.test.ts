import t from 'tap';
import { helpOf, parseOptions, variableOf } from '../../src/lib/options.ts';
import {
  choiceOption,
  durationOption,
  integerOption,
  listOption,
  optionalTextOption,
  switchOption,
  textOption,
} from '../../src/lib/option-kinds.ts';

const table = {
  name: textOption({ flag: 'node-name', help: 'name', placeholder: 'NAME', fallback: 'here', alsoEnv: 'NODE_NAME' }),
  units: listOption({ flag: 'journal-unit', help: 'units', placeholder: 'UNIT', fallback: ['kubelet'] }),
  retry: choiceOption({ flag: 'retry', help: 'retry', choices: ['off', 'confirm', 'recover'], fallback: 'recover' }),
  every: durationOption({ flag: 'heartbeat', help: 'beat', min: '1s', max: '1h', fallback: '30s' }),
  count: integerOption({ flag: 'limit', help: 'limit', placeholder: 'N', min: 1, max: 500, fallback: 100 }),
  token: optionalTextOption({ flag: 'token-file', help: 'token', placeholder: 'FILE' }),
  fail: switchOption({ flag: 'fail', help: 'fail' }),
};

type Parsed = ReturnType<typeof parseOptions<typeof table>>;
const parse = (argv: string[], env: Record<string, string> = {}, config: unknown = null): Parsed =>
  parseOptions(table, { argv, env, readConfig: () => config });

t.test('a flag beats the variable, the variable the file, the file the default', t => {
  const config = { 'node-name': 'file', limit: 7, 'journal-unit': ['a', 'b'] };
  t.equal(parse([]).values.name, 'here');
  t.equal(parse(['--config', 'x'], {}, config).values.name, 'file');
  t.equal(parse(['--config=x'], { PULLPATH_NODE_NAME: 'env' }, config).values.name, 'env');
  t.equal(parse(['--config=x', '--node-name=flag'], { PULLPATH_NODE_NAME: 'env' }, config).values.name, 'flag');
  t.equal(parse([], { PULLPATH_CONFIG: 'x' }, config).values.count, 7);
  t.same(parse(['--config=x'], {}, config).values.units, ['a', 'b']);
  t.equal(parse([], { NODE_NAME: 'downward' }).values.name, 'downward');
  t.equal(parse([], { NODE_NAME: 'downward', PULLPATH_NODE_NAME: 'own' }).values.name, 'own');
  t.end();
});

t.test('a repeatable option takes the flag several times or a variable with commas', t => {
  t.same(parse(['--journal-unit', 'a', '--journal-unit=b']).values.units, ['a', 'b']);
  t.same(parse([], { PULLPATH_JOURNAL_UNIT: 'a, b' }).values.units, ['a', 'b']);
  t.end();
});

t.test('arguments that are no options are returned in order', t => {
  t.same(parse(['one', '--fail', 'two', '--', '--three']).rest, ['one', 'two', '--three']);
  t.equal(parse(['--fail']).values.fail, true);
  t.end();
});

t.test('a wrong value is refused with the option, the value and what is allowed', t => {
  const cases: [string[], Record<string, string>, RegExp][] = [
    [['--retry', 'maybe'], {}, /^--retry: "maybe" is not allowed; it takes off, confirm, recover$/],
    [[], { PULLPATH_RETRY: 'maybe' }, /^PULLPATH_RETRY: "maybe"/],
    [['--limit=0'], {}, /^--limit: "0" is not allowed; it takes a whole number from 1 to 500$/],
    [['--limit=1e2'], {}, /^--limit: "1e2"/],
    [['--heartbeat=2h'], {}, /a time from 1s to 1h/],
    [['--heartbeat=fast'], {}, /"fast"/],
    [['--node-name='], {}, /--node-name: ""/],
    [['--node-name'], {}, /--node-name needs a value/],
    [['--nope'], {}, /unknown option --nope/],
    [['-x'], {}, /unknown option -x/],
    [['--fail=maybe'], {}, /true or false/],
  ];
  for (const [argv, env, message] of cases)
    t.throws(() => parse(argv, env), { code: 'option-invalid', message }, argv.join(' '));
  t.end();
});

t.test('a configuration file with anything else in it is refused', t => {
  for (const config of [{ nope: 1 }, { limit: { a: 1 } }, { limit: null }])
    t.throws(() => parse(['--config=x'], {}, config), { code: 'option-invalid' });
  t.throws(() => parse(['--config=x'], {}, ['a']), { code: 'config-unreadable' });
  t.throws(() => parse(['--config=x'], {}, { limit: 0 }), { message: /^limit in x: "0"/ });
  t.same(parse(['--config=x'], {}, null).rest, []);
  t.end();
});

t.test('help shows every option with its default and variable', t => {
  const help = helpOf(table, 100);
  t.match(help, /--heartbeat TIME +beat \(default 30s; PULLPATH_HEARTBEAT\)/);
  t.match(help, /--node-name NAME +name \(default here; PULLPATH_NODE_NAME, then NODE_NAME\)/);
  t.match(help, /--fail +fail \(PULLPATH_FAIL\)/);
  t.equal(variableOf('cri-socket'), 'PULLPATH_CRI_SOCKET');
  t.end();
});

t.test('help keeps to its columns, beside the flags or, on a narrow terminal, below them', t => {
  const long = optionalTextOption({
    flag: 'where',
    help: 'word '.repeat(40).trim(),
    placeholder: 'A_LONG_PLACEHOLDER_',
  });
  for (const width of [60, 80, 100])
    for (const line of helpOf({ ...table, long }, width).split('\n')) t.ok(line.length <= width, line);
  t.match(helpOf({ long }, 100), /^ {2}--where A_LONG_PLACEHOLDER_ {2}word (?:word ?)+\n {31}word/);
  t.match(helpOf({ long }, 60), /^ {2}--where A_LONG_PLACEHOLDER_\n {6}word (?:word ?)+\n {6}word/);
  t.end();
});

const eitherOr = {
  one: { ...optionalTextOption({ flag: 'server', help: '', placeholder: 'URL' }), excludes: ['kubectl'] },
  other: { ...switchOption({ flag: 'kubectl', help: '' }), excludes: ['server'] },
};
type EitherOr = ReturnType<typeof parseOptions<typeof eitherOr>>['values'];
const choose = (argv: string[], env: Record<string, string> = {}, config: unknown = null): EitherOr =>
  parseOptions(eitherOr, { argv, env, readConfig: () => config }).values;

t.test(
  'of two options that exclude each other the one from the stronger place counts, and two from one place are refused',
  t => {
    t.throws(() => choose(['--server=a', '--kubectl']), {
      code: 'option-invalid',
      message: '--server and --kubectl say two things; give one of them',
    });
    const both = { PULLPATH_SERVER: 'a', PULLPATH_KUBECTL: 'true' };
    t.throws(() => choose([], both), { message: /^PULLPATH_SERVER and PULLPATH_KUBECTL say/ });
    t.throws(() => choose(['--config=x'], {}, { server: 'a', kubectl: true }), {
      message: /^server in x and kubectl in x/,
    });
    t.same(choose(['--kubectl'], { PULLPATH_SERVER: 'a' }), { one: null, other: true });
    t.same(choose(['--server=b'], { PULLPATH_KUBECTL: 'true' }), { one: 'b', other: false });
    t.same(
      choose(['--server=b', '--kubectl=false']),
      { one: 'b', other: false },
      'a switch that is off excludes nothing',
    );
    t.end();
  },
);

import { choiceOption, optionalTextOption, switchOption, urlOption } from '../lib/option-kinds.ts';

/** The options of every command that asks the aggregator. */
export const askOptions = {
  server: urlOption({ flag: 'server', help: 'where the aggregator is', fallback: 'http://127.0.0.1:8470' }),
  tokenFile: optionalTextOption({
    flag: 'token-file',
    help: 'the token to show, on the first line',
    placeholder: 'FILE',
  }),
  output: choiceOption({
    flag: 'output',
    help: 'a table of 100 columns, all of it, or JSON; also -o',
    choices: ['table', 'wide', 'json'],
    fallback: 'table',
  }),
  fail: switchOption({ flag: 'fail', help: 'end with 1 where there are findings' }),
};

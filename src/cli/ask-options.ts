import type { CommandIo } from '../lib/command.ts';
import { choiceOption, optionalTextOption, parseDuration, switchOption, urlOption } from '../lib/option-kinds.ts';
import type { Option, OptionValues } from '../lib/options.ts';
import { causes, type Cause } from '../model/cause.ts';
import { PullpathError } from '../model/error.ts';
import { readMoment } from '../wire/moment.ts';
import { openAsk, type Ask, type AskSettings } from './ask.ts';
import { pageOf, type Page } from './output.ts';

const defaultServer = urlOption({ flag: 'server', help: 'where the aggregator is', fallback: 'http://127.0.0.1:8470' });
const kubectlSwitch = switchOption({
  flag: 'kubectl',
  help: 'ask through kubectl and the API server’s service proxy: no port-forward',
});
const serviceForm = /^https?:[a-z0-9-]+:[a-z0-9-]+$/;
const [defaultNamespace, defaultService] = ['pullpath-system', 'https:pullpath-aggregator:proxy'];
const serviceText = optionalTextOption({
  flag: 'service',
  help: 'with --kubectl: the aggregator’s service, for reading through the proxy',
  placeholder: 'SCHEME:NAME:PORT',
  defaultText: defaultService,
});

/** Which aggregator to ask, and how to get there. */
export const wayOptions = {
  server: { ...defaultServer, fallback: null, excludes: ['kubectl'] } as Option<URL | null>,
  tokenFile: optionalTextOption({
    flag: 'token-file',
    help: 'the token to show, on the first line',
    placeholder: 'FILE',
  }),
  caFile: optionalTextOption({
    flag: 'ca-file',
    help: 'the CA of the aggregator’s certificate, PEM',
    placeholder: 'FILE',
    defaultText: 'those that Node.js trusts',
  }),
  serverName: optionalTextOption({
    flag: 'server-name',
    help: 'the name in the aggregator’s certificate',
    placeholder: 'NAME',
    defaultText: 'the host of --server',
  }),
  kubectl: { ...kubectlSwitch, fallback: null, excludes: ['server'] } as Option<boolean | null>,
  namespace: optionalTextOption({
    flag: 'namespace',
    help: 'with --kubectl: where pullpath runs; also -n',
    placeholder: 'NAME',
    defaultText: defaultNamespace,
  }),
  context: optionalTextOption({
    flag: 'context',
    help: 'with --kubectl: which cluster, as kubectl names it',
    placeholder: 'NAME',
    defaultText: 'the current one',
  }),
  service: {
    ...serviceText,
    parse: ([text = '']) =>
      serviceForm.test(text)
        ? { ok: true, value: text }
        : { ok: false, allowed: `scheme, name and port, such as ${defaultService}` },
  } satisfies Option<string | null>,
};

/** The options of every command that asks once and prints. */
export const askOptions = {
  ...wayOptions,
  output: choiceOption({
    flag: 'output',
    help: 'a table of 100 columns, all of it, or JSON; also -o',
    choices: ['table', 'wide', 'json'],
    fallback: 'table',
  }),
  fail: switchOption({ flag: 'fail', help: 'end with 1 where there are findings' }),
};

/** A time given as a span before now (`90m`) or as a moment; the value gives epoch milliseconds for a now. */
const sinceOption: Option<((now: number) => number) | null> = {
  flag: 'since',
  help: 'only what was opened, changed or closed since: a span such as 2h, or a time',
  placeholder: 'TIME',
  repeatable: false,
  defaultText: null,
  fallback: null,
  parse: ([text = '']) => {
    const ago = parseDuration(text);
    if (ago !== null) return { ok: true, value: now => Math.max(0, Math.round(now - ago)) };
    const time = readMoment(text);
    return time === null
      ? { ok: false, allowed: 'a span such as 2h, or a time such as 2026-01-31T08:00:00Z' }
      : { ok: true, value: () => time };
  },
};

const causeOption: Option<Cause | null> = {
  ...optionalTextOption({ flag: 'cause', help: 'only what has this cause', placeholder: 'CAUSE' }),
  fallback: null,
  parse: ([text = '']) => {
    const cause = (Object.keys(causes) as Cause[]).find(known => known === text);
    return cause === undefined
      ? { ok: false, allowed: `one of ${Object.keys(causes).join(', ')}` }
      : { ok: true, value: cause };
  },
};

/** The option that keeps what is at one registry. */
export const registryOption = optionalTextOption({
  flag: 'registry',
  help: 'only what is at this registry',
  placeholder: 'HOST',
});

/** What findings and incidents can be narrowed by. */
export const filterOptions = { cause: causeOption, registry: registryOption, since: sinceOption };

/** A filter as the API takes it. */
export type Filter = { cause: Cause | null; registry: string | null; since: string | null };

export const filterOf = (values: OptionValues<typeof filterOptions>, now: number): Filter => ({
  cause: values.cause,
  registry: values.registry,
  since: values.since === null ? null : String(values.since(now)),
});

/** True where a filter leaves something out. */
export const narrows = (filter: Filter): boolean => Object.values(filter).some(value => value !== null);

/** How an answer is shown: the moment that ages are counted from, whether nothing is cut, and on what page. */
export type View = Page & { now: number; wide: boolean };

type WayValues = OptionValues<typeof wayOptions>;

/** True where kubectl is the way: it was asked for, or this is kubectl's plugin and nothing else was. */
export const usesKubectl = ({ kubectl, server }: Pick<WayValues, 'kubectl' | 'server'>, io: CommandIo): boolean =>
  kubectl ?? (io.plugin === true && server === null);

/** The way that the options name. What only kubectl's way has is refused on the other: a cluster that was named is not passed over. */
const wayOf = (values: WayValues, io: CommandIo): AskSettings['way'] => {
  const { server, tokenFile, caFile, serverName, namespace, context, service } = values;
  if (usesKubectl(values, io))
    return {
      kind: 'kubectl',
      context,
      namespace: namespace ?? defaultNamespace,
      service: service ?? defaultService,
    };
  for (const [flag, text] of Object.entries({ namespace, context, service }))
    if (text !== null) throw new PullpathError('option-invalid', `--${flag} goes with --kubectl; give that too`);
  return { kind: 'http', server: server ?? defaultServer.fallback, tokenFile, caFile, serverName };
};

/** Opens the way that the options name, asks, and closes it whatever comes of it. */
export const asking = async <Result>(
  values: WayValues & { output?: 'table' | 'wide' | 'json' },
  io: CommandIo,
  use: (ask: Ask, view: View) => Promise<Result>,
): Promise<Result> => {
  const ask = await openAsk({ way: wayOf(values, io), asItIs: values.output === 'json', signal: io.signal });
  try {
    return await use(ask, { ...pageOf(io), now: Date.now(), wide: values.output === 'wide' });
  } finally {
    await ask.close();
  }
};

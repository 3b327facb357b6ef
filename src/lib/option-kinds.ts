import type { Option } from './options.ts';

type Common = { flag: string; help: string; alsoEnv?: string };

const base = (common: Common): { flag: string; help: string; repeatable: boolean; alsoEnv?: string } => ({
  ...common,
  repeatable: false,
});

/** A text, with a default. */
export const textOption = (common: Common & { placeholder: string; fallback: string }): Option<string> => ({
  ...base(common),
  placeholder: common.placeholder,
  defaultText: common.fallback === '' ? null : common.fallback,
  fallback: common.fallback,
  parse: ([text = '']) => (text === '' ? { ok: false, allowed: 'a text' } : { ok: true, value: text }),
});

/** A text that may be left out. */
export const optionalTextOption = (
  common: Common & { placeholder: string; defaultText?: string },
): Option<string | null> => ({
  ...base(common),
  placeholder: common.placeholder,
  defaultText: common.defaultText ?? null,
  fallback: null,
  parse: ([text = '']) => (text === '' ? { ok: false, allowed: 'a text' } : { ok: true, value: text }),
});

/** A UNIX socket as gRPC names it, or its path, that may be missing. */
export const optionalSocketOption = (common: Parameters<typeof optionalTextOption>[0]): Option<string | null> => ({
  ...optionalTextOption(common),
  parse: ([text = '']) =>
    /^(?:unix:(?:\/\/)?)?\//.test(text)
      ? { ok: true, value: text }
      : { ok: false, allowed: 'an absolute path, or unix:// and one' },
});

/** A list: the flag several times, or a variable with commas. */
export const listOption = (common: Common & { placeholder: string; fallback: string[] }): Option<string[]> => ({
  ...base(common),
  repeatable: true,
  placeholder: common.placeholder,
  defaultText: common.fallback.length === 0 ? null : common.fallback.join(','),
  fallback: common.fallback,
  parse: texts =>
    texts.length === 0 || texts.includes('') ? { ok: false, allowed: 'one or more texts' } : { ok: true, value: texts },
});

/** A switch: given or not; `=false` switches off what a file switched on. */
export const switchOption = (common: Common): Option<boolean> => ({
  ...base(common),
  placeholder: null,
  defaultText: null,
  fallback: false,
  parse: ([text = '']) =>
    text === 'true' || text === 'false'
      ? { ok: true, value: text === 'true' }
      : { ok: false, allowed: 'true or false' },
});

/** One of a few words. */
export const choiceOption = <Word extends string>(
  common: Common & { choices: readonly Word[]; fallback: Word },
): Option<Word> => ({
  ...base(common),
  placeholder: common.choices.join('|'),
  defaultText: common.fallback,
  fallback: common.fallback,
  parse: ([text = '']) => {
    const value = common.choices.find(choice => choice === text);
    return value === undefined ? { ok: false, allowed: common.choices.join(', ') } : { ok: true, value };
  },
});

/** A whole number between bounds, both allowed. */
export const integerOption = (
  common: Common & { placeholder: string; min: number; max: number; fallback: number },
): Option<number> => ({
  ...base(common),
  placeholder: common.placeholder,
  defaultText: String(common.fallback),
  fallback: common.fallback,
  parse: ([text = '']) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= common.min && value <= common.max
      ? { ok: true, value }
      : { ok: false, allowed: `a whole number from ${common.min} to ${common.max}` };
  },
});

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time as Go writes it (`90s`, `1h30m`, `250ms`) and days (`7d`), as milliseconds; null if it is not one. */
export const parseDuration = (text: string): number | null => {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * unitMs[unit as keyof typeof unitMs];
  return total;
};

type DurationBounds = { min: string; max: string; fallback: string; off?: boolean };

/** A time between bounds given as people write them; the value is milliseconds. With `off`, also `0` and `off`: 0. */
export const durationOption = (common: Common & DurationBounds): Option<number> => {
  const [min = 0, max = 0, fallback = 0] = [common.min, common.max, common.fallback].map(
    text => parseDuration(text) ?? 0,
  );
  return {
    ...base(common),
    placeholder: 'TIME',
    defaultText: common.fallback,
    fallback,
    parse: ([text = '']) => {
      const isOff = common.off === true && /^(?:0|off|0m?s)$/.test(text);
      const value = isOff ? 0 : parseDuration(text);
      if (isOff || (value !== null && value >= min && value <= max)) return { ok: true, value: value ?? 0 };
      const orOff = common.off === true ? ', or 0 for never' : '';
      return { ok: false, allowed: `a time from ${common.min} to ${common.max}, such as ${common.fallback}${orOff}` };
    },
  };
};

const unitBytes = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4 } as const;

/** A size as Kubernetes writes it (`512Mi`, `4Gi`), in bytes; null if it is not one. */
const parseSize = (text: string): number | null => {
  const [, amount = '', unit = ''] = /^(\d{1,6})(Ki|Mi|Gi|Ti)$/.exec(text) ?? [];
  return amount === '' ? null : Number(amount) * unitBytes[unit as keyof typeof unitBytes];
};

/** A size between bounds given as people write them; the value is bytes. */
export const sizeOption = (common: Common & { min: string; max: string; fallback: string }): Option<number> => {
  const [min = 0, max = 0, fallback = 0] = [common.min, common.max, common.fallback].map(text => parseSize(text) ?? 0);
  return {
    ...base(common),
    placeholder: 'SIZE',
    defaultText: common.fallback,
    fallback,
    parse: ([text = '']) => {
      const value = parseSize(text);
      return value !== null && value >= min && value <= max
        ? { ok: true, value }
        : { ok: false, allowed: `a size from ${common.min} to ${common.max}, such as ${common.fallback}` };
    },
  };
};

/** Host and port to listen on: `127.0.0.1:8470`, `[::1]:8470`; port 0 picks a free one. */
export type ListenAddress = { host: string; port: number };

/** An address to listen on. */
export const listenOption = (common: Common & { fallback: ListenAddress }): Option<ListenAddress> => ({
  ...base(common),
  placeholder: 'HOST:PORT',
  defaultText: `${common.fallback.host}:${common.fallback.port}`,
  fallback: common.fallback,
  parse: ([text = '']) => {
    const match = /^(?:\[([0-9a-fA-F:]+)\]|([\w.-]+)):(\d{1,5})$/.exec(text);
    const port = Number(match?.[3]);
    return match !== null && port <= 65_535
      ? { ok: true, value: { host: match[1] ?? match[2] ?? '', port } }
      : { ok: false, allowed: 'a host and port, such as 127.0.0.1:8470 or [::1]:8470' };
  },
});

/** An http or https address without a query. */
export const urlOption = (common: Common & { fallback: string }): Option<URL> => ({
  ...base(common),
  placeholder: 'URL',
  defaultText: common.fallback,
  fallback: new URL(common.fallback),
  parse: ([text = '']) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && url.search === ''
      ? { ok: true, value: url }
      : { ok: false, allowed: `an http or https URL, such as ${common.fallback}` };
  },
});

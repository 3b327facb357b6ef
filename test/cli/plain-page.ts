import type { Test } from 'tap';
import { pageColumns } from '../../src/lib/command.ts';
import { pageOf, type Page } from '../../src/cli/output.ts';

/** A page without colours, as wide as one is where the output is no terminal. */
export const plainPage: Page = pageOf({ colour: false, width: pageColumns(undefined) });

/** The same on terminals of the widths that people have. */
export const plainPages: Page[] = [60, 80, 100].map(width => ({ ...plainPage, width }));

/** Holds that no line of a text is wider than its page, whatever that is; commands, which are copied, may be named as excepted. */
export const fitsEachPage = (
  t: Pick<Test, 'ok'>,
  textOn: (page: Page) => string,
  except: (line: string) => boolean = () => false,
): void => {
  for (const page of plainPages)
    for (const line of textOn(page).split('\n'))
      t.ok(line.length <= page.width || except(line), `${page.width}: ${line}`);
};

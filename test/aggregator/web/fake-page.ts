import { createContext, runInContext } from 'node:vm';

/** As much of a browser's element as the page uses; text is what a reader would see, blocks apart by a blank. */
export class FakeElement {
  readonly tagName: string;
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, () => void>();
  children: (FakeElement | string)[] = [];
  hidden = false;
  title = '';
  value = '';
  #open = false;

  constructor(tag: string) {
    this.tagName = tag.toUpperCase();
  }
  get open(): boolean {
    return this.#open;
  }
  set open(value: boolean) {
    if (this.#open === value) return;
    this.#open = value;
    queueMicrotask(() => this.listeners.get('toggle')?.());
  }
  get dataset(): { id: string | undefined } {
    return { id: this.attributes.get('data-id') };
  }
  get childElementCount(): number {
    return this.children.length;
  }
  get textContent(): string {
    return this.children.map(one => (typeof one === 'string' ? one : one.textContent)).join(' ');
  }
  set textContent(text: string) {
    this.children = [text];
  }
  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }
  addEventListener(name: string, listener: () => void): void {
    this.listeners.set(name, listener);
  }
  append(...children: (FakeElement | string)[]): void {
    this.children.push(...children);
  }
  replaceChildren(...children: (FakeElement | string)[]): void {
    this.children = children;
  }
  focus(): void {}
  all(): FakeElement[] {
    return this.children.flatMap(one => (typeof one === 'string' ? [] : [one, ...one.all()]));
  }
  querySelector(selector: string): FakeElement | null {
    return this.all().find(one => one.attributes.get('class') === selector.slice(1)) ?? null;
  }
  /** The page asks an element for its open boxes, and nothing else. */
  querySelectorAll(): FakeElement[] {
    return this.all().filter(one => one.tagName === 'DETAILS' && one.open);
  }
}

/** Runs the page's script against an API; gives its elements by their ids. The stream never says anything. */
export const runPage = (
  script: string,
  html: string,
  ask: (path: string) => Promise<{ status: number; body: unknown }>,
): Map<string, FakeElement> => {
  const elements = new Map(
    [...html.matchAll(/<(\w+)[^>]*? id="([\w-]+)"/g)].map(([, tag = '', id = '']) => [id, new FakeElement(tag)]),
  );
  const fetch = async (path: string): Promise<object> => {
    const url = path.replace(/^\./, '');
    if (url === '/v1/stream') return new Promise(() => undefined);
    const { status, body } = await ask(url);
    return { ok: status === 200, status, json: () => Promise.resolve(body) };
  };
  const document = {
    getElementById: (id: string) => elements.get(id),
    createElement: (tag: string) => new FakeElement(tag),
    querySelectorAll: () => [],
  };
  const storage = new Map<string, string>();
  const sessionStorage = {
    getItem: (name: string) => storage.get(name) ?? null,
    setItem: (name: string, value: string) => storage.set(name, value),
  };
  const context = createContext({ document, fetch, sessionStorage, setTimeout, setInterval: () => 0, console });
  runInContext(script, context);
  return elements;
};

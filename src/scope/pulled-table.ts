import type { PulledImage } from '../model/report.ts';

/**
 * The name of every image that any node pulled, once: a node's list is numbers, an image's and the second of its pull in turn, so
 * that fifty images of each of 15,000 nodes are some megabytes.
 */
export class PulledTable {
  readonly #ids = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #names: string[] = [];
  readonly #users: number[] = [];

  /** A node's list, from the newest to the oldest; it holds the images until it is released. */
  hold(pulled: readonly PulledImage[]): Uint32Array {
    const list = new Uint32Array(pulled.length * 2);
    for (const [index, { image, at }] of pulled.entries()) {
      const id = this.#ids.get(image) ?? this.#add(image);
      this.#users[id] = (this.#users[id] ?? 0) + 1;
      list[index * 2] = id;
      list[index * 2 + 1] = Math.min(Math.floor(at / 1000), 2 ** 32 - 1);
    }
    return list;
  }

  release(list: Uint32Array): void {
    for (let index = 0; index < list.length; index += 2) {
      const id = list[index] ?? 0;
      const left = (this.#users[id] ?? 1) - 1;
      this.#users[id] = left;
      if (left > 0) continue;
      this.#ids.delete(this.#names[id] ?? '');
      this.#names[id] = '';
      this.#free.push(id);
    }
  }

  namesIn(list: Uint32Array): string[] {
    return Array.from({ length: list.length / 2 }, (_, index) => this.#names[list[index * 2] ?? 0] ?? '');
  }

  /** Null for an image that no node pulled. */
  idOf(image: string): number | null {
    return this.#ids.get(image) ?? null;
  }

  /** One more than the highest id. */
  get size(): number {
    return this.#names.length;
  }

  #add(image: string): number {
    const id = this.#free.pop() ?? this.#names.length;
    this.#ids.set(image, id);
    this.#names[id] = image;
    this.#users[id] = 0;
    return id;
  }
}

/** Calls with the number of each image in a list that was pulled at a second or later, and that of its pull. */
export const eachPull = (list: Uint32Array, from: number, use: (id: number, second: number) => void): void => {
  for (let index = 0; index < list.length; index += 2) {
    const second = list[index + 1] ?? 0;
    if (second < from) return;
    use(list[index] ?? 0, second);
  }
};

/** Whether a list has an image, by its number. */
export const hasPulled = (list: Uint32Array, wanted: number): boolean => {
  for (let index = 0; index < list.length; index += 2) if (list[index] === wanted) return true;
  return false;
};

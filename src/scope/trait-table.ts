import type { Traits } from './traits.ts';

/** Every name and value that any node has, once: a node is a list of numbers, and comparing nodes is counting them. */
export class TraitTable {
  readonly #ids = new Map<string, number>();
  readonly #free: number[] = [];
  /** By id; a released id has a null name until it is used again. */
  readonly names: (string | null)[] = [];
  readonly values: string[] = [];
  readonly #users: number[] = [];

  /** The ids of a node's traits, which it holds until they are released. */
  hold(traits: Traits): Int32Array {
    const ids = new Int32Array(traits.size);
    let at = 0;
    for (const [name, value] of traits) {
      const key = `${name}\n${value}`;
      let id = this.#ids.get(key);
      if (id === undefined) {
        id = this.#free.pop() ?? this.names.length;
        this.#ids.set(key, id);
        this.names[id] = name;
        this.values[id] = value;
        this.#users[id] = 0;
      }
      this.#users[id] = (this.#users[id] ?? 0) + 1;
      ids[at] = id;
      at += 1;
    }
    return ids;
  }

  release(ids: Int32Array): void {
    for (const id of ids) {
      const left = (this.#users[id] ?? 1) - 1;
      this.#users[id] = left;
      if (left > 0) continue;
      this.#ids.delete(`${this.names[id]}\n${this.values[id]}`);
      this.names[id] = null;
      this.values[id] = '';
      this.#free.push(id);
    }
  }

  /** One more than the highest id. */
  get size(): number {
    return this.names.length;
  }
}

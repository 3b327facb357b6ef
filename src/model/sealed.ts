/** A value that may be secret: it cannot be printed or turned into JSON, only opened by who has a use for it. */
export class Sealed<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  open(): Value {
    return this.#value;
  }
}

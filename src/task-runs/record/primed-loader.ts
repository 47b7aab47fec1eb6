import DataLoader from 'dataloader';

/**
 * A DataLoader whose primed values are returned without a promise, of which a page would need hundreds. The loader is
 * made when the first value is missing, which most requests never need.
 */
export class PrimedLoader<Key, Value> {
  readonly #primed = new Map<string, Value>();
  #loader: DataLoader<Key, Value, string> | undefined;

  constructor(
    private readonly readMany: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>,
    private readonly nameOf: (key: Key) => string,
  ) {}

  prime(name: string, value: Value): void {
    this.#primed.set(name, value);
  }

  load(key: Key): Value | Promise<Value> {
    const value = this.#primed.get(this.nameOf(key));
    if (value !== undefined) return value;
    this.#loader ??= new DataLoader(this.readMany, { cacheKeyFn: this.nameOf });
    return this.#loader.load(key);
  }
}

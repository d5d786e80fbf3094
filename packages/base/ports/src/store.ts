export type StoreOp =
  | { readonly type: 'put'; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: Uint8Array }

/** Keys in `[gte, lt)`, in byte order, or backwards with `reverse`. */
export interface StoreRange {
  readonly gte?: Uint8Array
  readonly lt?: Uint8Array
  readonly reverse?: boolean
  readonly limit?: number
}

/** An ordered key-value store whose batches are all or nothing. */
export interface Store {
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /** One answer per key, in the order asked. */
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]>
  /**
   * Applies all of `ops` or none; they may be made one at a time, as they are asked for. With `sync`, resolves only when the batch, and with it every earlier one, would survive
   * a power cut.
   */
  batch(ops: Iterable<StoreOp>, options?: { readonly sync?: boolean }): Promise<void>
  iterate(range: StoreRange): AsyncIterable<readonly [key: Uint8Array, value: Uint8Array]>
  close(): Promise<void>
}

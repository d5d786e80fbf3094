/** A source of unpredictable bytes (seeded and repeatable in tests and simulations). */
export interface Entropy {
  /** `length` fresh bytes. */
  bytes(length: number): Uint8Array
}

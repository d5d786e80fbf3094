/** How much of the machine goes into verification. */
export interface VerificationSettings {
  /** Threads beside this one that verify signatures; as many as the machine runs at once by default. */
  readonly signatureThreads?: number
  /** Bytes of memory for what is known of transactions whose scripts passed. */
  readonly scriptCacheBytes?: number
  /** Reads of coins that are under way at the same time for one block; one by default. */
  readonly coinReaders?: number
}

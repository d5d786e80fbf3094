/** How much of the machine goes into verification. */
export interface VerificationSettings {
  /** Threads beside this one that verify signatures; as many as the machine runs at once by default. */
  readonly signatureThreads?: number
  /** Bytes of memory for what is known of transactions whose scripts passed. */
  readonly scriptCacheBytes?: number
  /** Reads of coins that are under way at the same time for one block; one by default. */
  readonly coinReaders?: number
  /** Operations on the chain after which all that is known of blocks is checked again; never by default. */
  readonly checkIndexEvery?: number
  /** Changes of the mempool after which all of it is checked again; never by default. */
  readonly checkMempoolEvery?: number
}

import { equalBytes } from '@ply/bytes'
import { deriveSecret } from './perCommitmentSecret.ts'

/** One known secret; its index ends in as many zero bits as its place in the store. */
interface KnownSecret {
  readonly index: number
  readonly secret: Uint8Array
}

/**
 * All revoked per-commitment secrets of the peer in at most 49 entries (BOLT 3, efficient per-commitment secret
 * storage). An immutable value.
 */
export interface SecretStore {
  readonly known: readonly (KnownSecret | undefined)[]
}

export const EMPTY_SECRET_STORE: SecretStore = { known: [] }

/** Where a secret belongs: the number of trailing zero bits of its index. */
function bucketOf(index: number): number {
  let rest = index
  for (let bucket = 0; bucket < 48; bucket++) {
    if (rest % 2 === 1) return bucket
    rest = Math.floor(rest / 2)
  }
  return 48
}

/** The store with one more secret; undefined if an earlier secret cannot be derived from it (the peer cheats). */
export function insertSecret(store: SecretStore, secret: Uint8Array, index: number): SecretStore | undefined {
  const bucket = bucketOf(index)
  for (let b = 0; b < bucket; b++) {
    const entry = store.known[b]
    if (entry && !equalBytes(deriveSecret(secret, bucket, entry.index), entry.secret)) return undefined
  }
  const known = store.known.slice()
  while (known.length < bucket) known.push(undefined)
  known[bucket] = { index, secret }
  return { known }
}

/** The secret with this index, if the peer has revealed it. */
export function findSecret(store: SecretStore, index: number): Uint8Array | undefined {
  for (const [bucket, entry] of store.known.entries()) {
    if (!entry) continue
    const span = 2 ** bucket
    if (index - (index % span) === entry.index) return deriveSecret(entry.secret, bucket, index)
  }
  return undefined
}

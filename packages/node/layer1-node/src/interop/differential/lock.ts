import type { Random } from '@ply/testkit'
import type { SigningPlace } from './keys.ts'

export interface Unlocking {
  readonly scriptSig: Uint8Array
  readonly witness: readonly Uint8Array[]
}

/** An output script and how it is spent. */
export interface Lock {
  readonly name: string
  readonly scriptPubKey: Uint8Array
  /** What the spending transaction must look like for the lock to open. */
  readonly lockTime?: number
  readonly sequence?: number
  unlock(place: SigningPlace): Unlocking
}

export type LockFactory = (random: Random, now: { readonly height: number; readonly time: number }) => Lock

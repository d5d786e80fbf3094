import { assert, ByteWriter, hexToBytes } from '@ply/bytes'
import { ExtendedKey, hmacSha512, pointAddScalar } from '@ply/crypto'

/** BIP 328: the chain code of every aggregate key: SHA256 of `MuSig2MuSig2MuSig2`. */
const CHAIN_CODE = hexToBytes('868087ca02a6f974c4598924c36b57762d32cb45717167e300622c7167e38965')

/** BIP 328's synthetic extended key of a 33-byte aggregate, to derive from where nobody signs. */
export const createAggregateRoot = (aggregate: Uint8Array): ExtendedKey =>
  ExtendedKey.fromPublicKey(aggregate, CHAIN_CODE)

/** A key below an aggregate, and what signers must add to theirs to sign for it. */
export interface DerivedAggregate {
  /** 33 bytes. */
  readonly publicKey: Uint8Array
  /** One for each step of the path: plain tweaks of BIP 327. */
  readonly tweaks: readonly Uint8Array[]
}

/** BIP 32's CKDpub from the chain code of BIP 328 on, along a path without hardened steps. */
export function deriveAggregate(aggregate: Uint8Array, path: readonly number[]): DerivedAggregate {
  let publicKey = aggregate
  let chainCode = CHAIN_CODE
  const tweaks: Uint8Array[] = []
  for (const index of path) {
    const data = new ByteWriter(37).bytes(publicKey).u32BE(index).finish()
    const digest = hmacSha512(chainCode, data)
    const tweak = digest.slice(0, 32)
    const child = pointAddScalar(publicKey, tweak)
    assert(child !== undefined, 'a child key at infinity: probability below 2^-127')
    publicKey = child
    chainCode = digest.slice(32)
    tweaks.push(tweak)
  }
  return { publicKey, tweaks }
}

import { compareBytes } from '@ply/bytes'

/** BIP 327 KeySort: the public keys in lexicographical order, for signers who agree on a set but on no order. */
export const keySort = (publicKeys: readonly Uint8Array[]): Uint8Array[] => publicKeys.toSorted(compareBytes)

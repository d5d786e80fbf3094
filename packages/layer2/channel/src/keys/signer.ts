import type { ChannelPublicKeys } from '../parameters.ts'

/**
 * Which secret of a channel signs. `htlc` and `delayed` keys are tweaked by the commitment's per-commitment point;
 * `revocation` is completed by the secret that the peer revealed (BOLT 3, key derivation).
 */
export type SigningKey =
  | { readonly role: 'funding' }
  | { readonly role: 'payment' }
  | { readonly role: 'delayed' | 'htlc'; readonly perCommitmentPoint: Uint8Array }
  | { readonly role: 'revocation'; readonly perCommitmentSecret: Uint8Array }

/**
 * The only thing that knows a channel's secrets. Deterministic: the same question has the same answer. `keysId` names
 * the channel's set of keys; it is chosen at random when the channel is made and stands in the state.
 */
export interface ChannelSigner {
  publicKeys(keysId: Uint8Array): ChannelPublicKeys
  perCommitmentPoint(keysId: Uint8Array, commitmentNumber: number): Uint8Array
  /** Asked for only when that commitment is being revoked. */
  perCommitmentSecret(keysId: Uint8Array, commitmentNumber: number): Uint8Array
  /** 64 bytes compact ECDSA, low s, over a 32-byte hash. */
  sign(keysId: Uint8Array, key: SigningKey, hash: Uint8Array): Uint8Array
}

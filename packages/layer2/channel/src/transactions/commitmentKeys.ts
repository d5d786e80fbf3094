import { bytesToHex, concatBytes } from '@ply/bytes'
import { derivePublicKey, deriveRevocationPublicKey } from '../keys/derivation.ts'
import type { ChannelPublicKeys } from '../parameters.ts'

/** The public keys in one commitment transaction; "local" is its owner. */
export interface CommitmentKeys {
  readonly localFunding: Uint8Array
  readonly remoteFunding: Uint8Array
  readonly localDelayed: Uint8Array
  readonly localHtlc: Uint8Array
  readonly remoteHtlc: Uint8Array
  /** The other side's payment basepoint as it is (option_static_remotekey). */
  readonly remotePayment: Uint8Array
  readonly revocation: Uint8Array
}

/** Keys of recent commitments: each is asked for when signing and when verifying, and costs seven point operations. */
const recent = new Map<string, CommitmentKeys>()
const RECENT_SIZE = 256

/** Keys of the commitment transaction that belongs to `owner`, at the owner's per-commitment point. */
export function computeCommitmentKeys(
  owner: ChannelPublicKeys,
  other: ChannelPublicKeys,
  perCommitmentPoint: Uint8Array,
): CommitmentKeys {
  const name = bytesToHex(concatBytes(perCommitmentPoint, ...Object.values(owner), ...Object.values(other)))
  const known = recent.get(name)
  if (known) return known
  // A commitment without HTLCs, every other one of a quiet channel, has no use for the keys of HTLCs.
  let localHtlc: Uint8Array | undefined
  let remoteHtlc: Uint8Array | undefined
  const keys: CommitmentKeys = {
    localFunding: owner.fundingPubkey,
    remoteFunding: other.fundingPubkey,
    localDelayed: derivePublicKey(owner.delayedPaymentBasepoint, perCommitmentPoint),
    get localHtlc() {
      return (localHtlc ??= derivePublicKey(owner.htlcBasepoint, perCommitmentPoint))
    },
    get remoteHtlc() {
      return (remoteHtlc ??= derivePublicKey(other.htlcBasepoint, perCommitmentPoint))
    },
    remotePayment: other.paymentBasepoint,
    revocation: deriveRevocationPublicKey(other.revocationBasepoint, perCommitmentPoint),
  }
  if (recent.size >= RECENT_SIZE) recent.delete(recent.keys().next().value!)
  recent.set(name, keys)
  return keys
}

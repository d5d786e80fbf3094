import type { Msats } from '@ply/primitives'
import type { SecretStore } from '../keys/secretStore.ts'

/** An HTLC that is, was, or is about to be in a commitment transaction. */
export interface Htlc {
  /** Seen from us: `offered` by us (update_add_htlc sent), or `received`. */
  readonly direction: 'offered' | 'received'
  readonly id: bigint
  readonly amountMsat: Msats
  /** 32 bytes. */
  readonly paymentHash: Uint8Array
  /** Absolute block height. */
  readonly cltvExpiry: number
  /** 1366 bytes. */
  readonly onionRoutingPacket: Uint8Array
  /** Route blinding: the `path_key` of update_add_htlc. */
  readonly pathKey?: Uint8Array
}

/** One `update_*` message without its channel id. */
export type Update =
  | { readonly type: 'add'; readonly htlc: Htlc }
  | {
      readonly type: 'fulfill'
      readonly id: bigint
      readonly paymentPreimage: Uint8Array
    }
  | { readonly type: 'fail'; readonly id: bigint; readonly reason: Uint8Array }
  | {
      readonly type: 'fail-malformed'
      readonly id: bigint
      readonly sha256OfOnion: Uint8Array
      readonly failureCode: number
    }
  | { readonly type: 'fee'; readonly feeratePerKw: number }

/** What a commitment transaction is made from; amounts and directions are always seen from us. */
export interface CommitmentSpec {
  readonly htlcs: readonly Htlc[]
  readonly feeratePerKw: number
  /** Balances without HTLCs in flight, before fee and anchors are taken from the opener's. */
  readonly toLocalMsat: Msats
  readonly toRemoteMsat: Msats
}

/** Our commitment transaction, as the peer signed it. */
export interface LocalCommit {
  readonly number: number
  readonly spec: CommitmentSpec
  /** The peer's compact signatures: of the commitment, and of each HTLC transaction in output order. */
  readonly signature: Uint8Array
  readonly htlcSignatures: readonly Uint8Array[]
}

/** The peer's commitment transaction, as we signed it. */
export interface RemoteCommit {
  readonly number: number
  readonly spec: CommitmentSpec
  readonly perCommitmentPoint: Uint8Array
}

/** A remote commitment that we signed and whose predecessor the peer has not revoked yet. */
export interface NextRemoteCommit {
  readonly commit: RemoteCommit
  /** Number of our own commitment when we signed: tells which of two lost messages went out first. */
  readonly sentAtLocalNumber: number
}

/**
 * Both commitments and the updates on their way into them (BOLT 2, normal operation). An update that we send is
 * `proposed`, then `signed` (into the peer's next commitment), then `acked` (revoked for, so that the peer's next
 * signature carries it in ours); an update that we receive is `proposed`, `acked` (we revoked), then `signed`.
 */
export interface Commitments {
  readonly localCommit: LocalCommit
  readonly remoteCommit: RemoteCommit
  readonly nextRemoteCommit?: NextRemoteCommit
  readonly localChanges: {
    readonly proposed: readonly Update[]
    readonly signed: readonly Update[]
    readonly acked: readonly Update[]
  }
  readonly remoteChanges: {
    readonly proposed: readonly Update[]
    readonly acked: readonly Update[]
    readonly signed: readonly Update[]
  }
  readonly localNextHtlcId: bigint
  readonly remoteNextHtlcId: bigint
  /** Point for the next remote commitment that we may sign; known unless we wait for a revocation. */
  readonly remoteNextPoint?: Uint8Array
  /** Offered HTLCs whose preimage the peer has shown, until no commitment holds them: they can fail no more. */
  readonly fulfilledHtlcs: readonly bigint[]
  /** The secrets of the peer's revoked commitments. */
  readonly remoteSecrets: SecretStore
}

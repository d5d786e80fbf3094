import { compareBytes } from '@ply/bytes'
import { hash160, ripemd160 } from '@ply/crypto'
import {
  createMultisig,
  createScript,
  OP_1,
  OP_16,
  OP_2,
  OP_CHECKLOCKTIMEVERIFY,
  OP_CHECKMULTISIG,
  OP_CHECKSEQUENCEVERIFY,
  OP_CHECKSIG,
  OP_CHECKSIGVERIFY,
  OP_DROP,
  OP_DUP,
  OP_ELSE,
  OP_ENDIF,
  OP_EQUAL,
  OP_EQUALVERIFY,
  OP_HASH160,
  OP_IF,
  OP_IFDUP,
  OP_NOTIF,
  OP_SIZE,
  OP_SWAP,
} from '@ply/script'
import type { CommitmentFormat } from '../parameters.ts'
import type { CommitmentKeys } from './commitmentKeys.ts'

// BOLT 3: the scripts. "local" is the owner of the commitment transaction.

/** The 2-of-2 of the funding output; the lesser key stands first. */
export const fundingScript = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  createMultisig(2, compareBytes(a, b) < 0 ? [a, b] : [b, a])

/** `to_local`, and the output of both second-stage transactions. */
export function toLocalScript(keys: CommitmentKeys, toSelfDelay: number): Uint8Array {
  return createScript([
    OP_IF,
    keys.revocation,
    OP_ELSE,
    BigInt(toSelfDelay),
    OP_CHECKSEQUENCEVERIFY,
    OP_DROP,
    keys.localDelayed,
    OP_ENDIF,
    OP_CHECKSIG,
  ])
}

/** `to_remote` with anchors; without them it is a P2WPKH. */
export const toRemoteAnchorsScript = (remotePayment: Uint8Array): Uint8Array =>
  createScript([remotePayment, OP_CHECKSIGVERIFY, OP_1, OP_CHECKSEQUENCEVERIFY])

/** An anchor: its owner's funding key at once, anybody after 16 blocks. */
export const anchorScript = (fundingPubkey: Uint8Array): Uint8Array =>
  createScript([fundingPubkey, OP_CHECKSIG, OP_IFDUP, OP_NOTIF, OP_16, OP_CHECKSEQUENCEVERIFY, OP_ENDIF])

const revocationBranch = (keys: CommitmentKeys): (number | Uint8Array)[] => [
  OP_DUP,
  OP_HASH160,
  hash160(keys.revocation),
  OP_EQUAL,
  OP_IF,
  OP_CHECKSIG,
  OP_ELSE,
  keys.remoteHtlc,
  OP_SWAP,
  OP_SIZE,
]

const htlcEnd = (format: CommitmentFormat): number[] =>
  format === 'anchors' ? [OP_ENDIF, OP_1, OP_CHECKSEQUENCEVERIFY, OP_DROP, OP_ENDIF] : [OP_ENDIF, OP_ENDIF]

/** An HTLC that the owner offered. */
export function offeredHtlcScript(keys: CommitmentKeys, paymentHash: Uint8Array, format: CommitmentFormat): Uint8Array {
  return createScript([
    ...revocationBranch(keys),
    32n,
    OP_EQUAL,
    OP_NOTIF,
    OP_DROP,
    OP_2,
    OP_SWAP,
    keys.localHtlc,
    OP_2,
    OP_CHECKMULTISIG,
    OP_ELSE,
    OP_HASH160,
    ripemd160(paymentHash),
    OP_EQUALVERIFY,
    OP_CHECKSIG,
    ...htlcEnd(format),
  ])
}

/** Which received HTLC a script is for. */
interface ReceivedHtlc {
  readonly paymentHash: Uint8Array
  readonly cltvExpiry: number
}

/** An HTLC that the owner received. */
export function receivedHtlcScript(
  keys: CommitmentKeys,
  { paymentHash, cltvExpiry }: ReceivedHtlc,
  format: CommitmentFormat,
): Uint8Array {
  return createScript([
    ...revocationBranch(keys),
    32n,
    OP_EQUAL,
    OP_IF,
    OP_HASH160,
    ripemd160(paymentHash),
    OP_EQUALVERIFY,
    OP_2,
    OP_SWAP,
    keys.localHtlc,
    OP_2,
    OP_CHECKMULTISIG,
    OP_ELSE,
    OP_DROP,
    BigInt(cltvExpiry),
    OP_CHECKLOCKTIMEVERIFY,
    OP_DROP,
    OP_CHECKSIG,
    ...htlcEnd(format),
  ])
}

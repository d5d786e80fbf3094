import type { Msats, OutPoint, Sats, Transaction } from '@ply/primitives'
import { sats } from '@ply/primitives'
import { hash160 } from '@ply/crypto'
import { createP2wpkh, createP2wsh } from '@ply/script'
import type { CommitmentFormat } from '../parameters.ts'
import type { CommitmentKeys } from './commitmentKeys.ts'
import { obscureNumber } from './obscuredNumber.ts'
import { compareOutputs } from './outputOrder.ts'
import { anchorScript, offeredHtlcScript, receivedHtlcScript, toLocalScript, toRemoteAnchorsScript } from './scripts.ts'
import { isTrimmed } from './trimming.ts'
import { ANCHOR_SATOSHIS, computeOpenerCost } from './weights.ts'

/** An HTLC as it stands in somebody's commitment transaction. */
export interface CommittedHtlc {
  readonly id: bigint
  /** Offered by the owner of the transaction. */
  readonly offeredByOwner: boolean
  readonly amountMsat: Msats
  readonly paymentHash: Uint8Array
  readonly cltvExpiry: number
}

/** Everything that determines one side's commitment transaction. */
export interface CommitmentTerms {
  readonly format: CommitmentFormat
  readonly fundingOutpoint: OutPoint
  readonly number: number
  readonly obscuringFactor: bigint
  readonly keys: CommitmentKeys
  /** The owner's dust limit, and the delay that the other side imposed on it. */
  readonly dustLimit: Sats
  readonly toSelfDelay: number
  readonly ownerIsOpener: boolean
  readonly feeratePerKw: number
  readonly toOwnerMsat: Msats
  readonly toOtherMsat: Msats
  readonly htlcs: readonly CommittedHtlc[]
}

interface OutputBase {
  readonly value: Sats
  readonly scriptPubKey: Uint8Array
}
export type CommitmentOutput = OutputBase &
  (
    | { readonly kind: 'to-local'; readonly witnessScript: Uint8Array }
    | { readonly kind: 'local-anchor' | 'remote-anchor'; readonly witnessScript: Uint8Array }
    /** No witness script: a P2WPKH (static_remotekey). */
    | { readonly kind: 'to-remote'; readonly witnessScript: Uint8Array | undefined }
    | {
        readonly kind: 'htlc'
        readonly witnessScript: Uint8Array
        readonly htlc: CommittedHtlc
        readonly cltvExpiry: number
      }
  )

/** A commitment transaction without its witness; `outputs[i]` says what output i is. */
export interface CommitmentTransaction {
  readonly transaction: Transaction
  readonly outputs: readonly CommitmentOutput[]
}

const p2wshOutput = (value: Sats, witnessScript: Uint8Array): OutputBase & { witnessScript: Uint8Array } => ({
  value,
  scriptPubKey: createP2wsh(witnessScript),
  witnessScript,
})

/** msat to whole satoshi, less what the opener pays; an opener who cannot pay is left with nothing. */
const balance = (amountMsat: Msats, cost: Sats): Sats => {
  const amount = amountMsat / 1000n - cost
  return sats(amount > 0n ? amount : 0n)
}

function htlcOutput(terms: CommitmentTerms, htlc: CommittedHtlc): CommitmentOutput {
  const { keys, format } = terms
  const witnessScript = htlc.offeredByOwner
    ? offeredHtlcScript(keys, htlc.paymentHash, format)
    : receivedHtlcScript(keys, htlc, format)
  const output = p2wshOutput(sats(htlc.amountMsat / 1000n), witnessScript)
  return { kind: 'htlc', htlc, cltvExpiry: htlc.cltvExpiry, ...output }
}

function balanceOutputs(terms: CommitmentTerms, htlcOutputs: number): CommitmentOutput[] {
  const { format, keys, dustLimit } = terms
  const cost = computeOpenerCost(format, terms.feeratePerKw, htlcOutputs)
  const toLocal = balance(terms.toOwnerMsat, terms.ownerIsOpener ? cost : sats(0))
  const toRemote = balance(terms.toOtherMsat, terms.ownerIsOpener ? sats(0) : cost)
  const outputs: CommitmentOutput[] = []
  const hasToLocal = toLocal >= dustLimit
  const hasToRemote = toRemote >= dustLimit
  if (hasToLocal) {
    outputs.push({ kind: 'to-local', ...p2wshOutput(toLocal, toLocalScript(keys, terms.toSelfDelay)) })
  }
  if (format === 'static_remotekey') {
    if (hasToRemote) {
      const scriptPubKey = createP2wpkh(hash160(keys.remotePayment))
      outputs.push({ kind: 'to-remote', value: toRemote, scriptPubKey, witnessScript: undefined })
    }
    return outputs
  }
  if (hasToRemote) {
    outputs.push({ kind: 'to-remote', ...p2wshOutput(toRemote, toRemoteAnchorsScript(keys.remotePayment)) })
  }
  if (hasToLocal || htlcOutputs > 0) {
    outputs.push({ kind: 'local-anchor', ...p2wshOutput(ANCHOR_SATOSHIS, anchorScript(keys.localFunding)) })
  }
  if (hasToRemote || htlcOutputs > 0) {
    outputs.push({ kind: 'remote-anchor', ...p2wshOutput(ANCHOR_SATOSHIS, anchorScript(keys.remoteFunding)) })
  }
  return outputs
}

/** Builds one side's commitment transaction (BOLT 3, commitment transaction construction), unsigned. */
export function createCommitmentTransaction(terms: CommitmentTerms): CommitmentTransaction {
  const htlcs = terms.htlcs.filter((htlc) => !isTrimmed(terms, htlc)).map((htlc) => htlcOutput(terms, htlc))
  const outputs = [...htlcs, ...balanceOutputs(terms, htlcs.length)].sort(compareOutputs)
  const { lockTime, sequence } = obscureNumber(terms.number, terms.obscuringFactor)
  const transaction: Transaction = {
    version: 2,
    inputs: [{ prevout: terms.fundingOutpoint, scriptSig: new Uint8Array(0), sequence, witness: [] }],
    outputs: outputs.map(({ value, scriptPubKey }) => ({ value, scriptPubKey })),
    lockTime,
  }
  return { transaction, outputs }
}

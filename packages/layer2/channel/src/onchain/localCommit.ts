import type { Transaction } from '@ply/primitives'
import type { BuiltCommitment } from '../commitment/signing.ts'
import type { ResolutionEnv } from '../env.ts'
import type { Channel } from '../state.ts'
import type { HtlcTransaction } from '../transactions/htlcTransaction.ts'
import { remoteHtlcSighashType } from '../transactions/htlcTransaction.ts'
import { computeInputSighash } from '../transactions/signature.ts'
import { htlcWitness, singleSignatureWitness, withWitness } from '../transactions/witness.ts'
import { outPointOf, relativeLockReady } from './chainView.ts'
import { findPreimage } from './preimage.ts'
import type { Action, HtlcSpend, TrackedOutput } from './trackedOutput.ts'

const EMPTY = new Uint8Array(0)

/** The parts of resolving our own commitment that stay the same for all its outputs. */
interface LocalResolution {
  readonly channel: Channel
  readonly built: BuiltCommitment
  readonly preimages: readonly Uint8Array[]
  readonly height: number
  readonly env: ResolutionEnv
}

/** An output with the `to_local` script: ours after the delay that the peer imposed. */
function delayedOutput(
  { channel, env }: LocalResolution,
  { transaction, index, height }: { transaction: Transaction; index: number; height: number },
  witnessScript: Uint8Array,
): TrackedOutput {
  const delay = channel.remote.toSelfDelay
  const outpoint = outPointOf(transaction, index)
  const perCommitmentPoint = env.signer.perCommitmentPoint(channel.keysId, channel.commitments.localCommit.number)
  return {
    outpoint,
    action: {
      type: 'claim',
      readyAt: relativeLockReady(height, delay),
      claim: {
        kind: 'claim',
        outpoint,
        output: transaction.outputs[index]!,
        scriptCode: witnessScript,
        key: { role: 'delayed', perCommitmentPoint },
        witness: (signature) => singleSignatureWitness(signature, [EMPTY], witnessScript),
        sequence: delay,
        lockTime: 0,
      },
    },
  }
}

/** The signed second stage, if its conditions can be met. */
function htlcAction(resolution: LocalResolution, htlc: HtlcTransaction, remoteSignature: Uint8Array): Action {
  const { channel, preimages, env, height, built } = resolution
  const { format, keysId } = channel
  const preimage = htlc.kind === 'success' ? findPreimage(preimages, htlc.htlc.paymentHash) : undefined
  const { cltvExpiry } = htlc.htlc
  if (htlc.kind === 'success' && !preimage) {
    return { type: 'wait', until: cltvExpiry + env.policy.irrevocableDepth }
  }
  const sign = (): HtlcSpend => {
    const perCommitmentPoint = env.signer.perCommitmentPoint(keysId, channel.commitments.localCommit.number)
    const hash = computeInputSighash(htlc.transaction, htlc, { hashType: remoteHtlcSighashType(format) })
    const localSignature = env.signer.sign(keysId, { role: 'htlc', perCommitmentPoint }, hash)
    const { witnessScript } = htlc
    const parts = { format, remoteSignature, localSignature, witnessScript }
    const { index } = htlc.transaction.inputs[0]!.prevout
    return {
      kind: htlc.kind === 'timeout' ? 'htlc-timeout' : 'htlc-success',
      transaction: withWitness(htlc.transaction, htlcWitness(preimage ? { ...parts, preimage } : parts)),
      output: built.commitment.transaction.outputs[index]!,
      needsFee: format === 'anchors',
      ...(htlc.kind === 'success' ? { deadline: cltvExpiry } : {}),
    }
  }
  // With anchors every HTLC branch waits one block.
  const unlocked = format === 'anchors' ? relativeLockReady(height, 1) : 0
  return {
    type: 'htlc-transaction',
    readyAt: Math.max(htlc.kind === 'timeout' ? cltvExpiry : 0, unlocked),
    sign,
  }
}

/** Our own commitment is on chain (BOLT 5, local commitment): `to_local` after its delay, HTLCs in two stages. */
export function resolveLocalCommit(resolution: LocalResolution): readonly TrackedOutput[] {
  const { built, channel, height } = resolution
  const { transaction } = built.commitment
  const tracked: TrackedOutput[] = []
  built.commitment.outputs.forEach((output, index) => {
    if (output.kind === 'to-local') {
      tracked.push(delayedOutput(resolution, { transaction, index, height }, output.witnessScript))
    }
  })
  built.htlcTransactions.forEach((htlc, i) => {
    tracked.push({
      outpoint: htlc.transaction.inputs[0]!.prevout,
      htlc: htlc.htlc,
      action: htlcAction(resolution, htlc, channel.commitments.localCommit.htlcSignatures[i]!),
      // SINGLE pairs our output with our input; a spend by the peer has no such output.
      next: (spender, inputIndex, spentAt) => {
        const output = spender.outputs[inputIndex]
        const expected = htlc.transaction.outputs[0]!.scriptPubKey
        return output?.scriptPubKey.every((byte, at) => byte === expected[at]) === true
          ? [
              delayedOutput(
                resolution,
                { transaction: spender, index: inputIndex, height: spentAt },
                htlc.outputWitnessScript,
              ),
            ]
          : []
      },
    })
  })
  return tracked
}

import { type OutPoint, sats, type Transaction, transactionWeight, type TxOutput } from '@ply/primitives'
import { computeDustThreshold } from '../closing/shutdownScript.ts'
import type { PublishEffect } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import type { SigningKey } from '../keys/signer.ts'
import { computeInputSighash } from '../transactions/signature.ts'
import { computeFee } from '../transactions/weights.ts'
import { withWitness } from '../transactions/witness.ts'

/** How we spend one output with one signature. */
export interface Claim {
  readonly kind: 'claim' | 'penalty'
  readonly outpoint: OutPoint
  readonly output: TxOutput
  /** Witness script, or the script code of a P2WPKH. */
  readonly scriptCode: Uint8Array
  readonly key: SigningKey
  /** The whole witness around a compact signature. */
  readonly witness: (signature: Uint8Array) => readonly Uint8Array[]
  readonly sequence: number
  readonly lockTime: number
  /** Height by which the claim must be confirmed, before somebody else may take the output. */
  readonly deadline?: number
}

/** A signature of typical length (71 bytes in DER), for computing weights. */
const SAMPLE_SIGNATURE = new Uint8Array(64).fill(0x7f)

/** The signed transaction that moves a claim to our wallet; undefined if the output does not pay for its spending. */
export function createClaim(claim: Claim, keysId: Uint8Array, env: ChannelEnv): PublishEffect | undefined {
  const { outpoint, output, scriptCode, sequence, lockTime } = claim
  const build = (value: bigint): Transaction => ({
    version: 2,
    inputs: [{ prevout: outpoint, scriptSig: new Uint8Array(0), sequence, witness: [] }],
    outputs: [{ value: sats(value), scriptPubKey: env.walletScript }],
    lockTime,
  })
  const sample = withWitness(build(output.value), claim.witness(SAMPLE_SIGNATURE))
  // A DER signature may be one byte longer than the sample.
  const fee = computeFee(env.feerates.claim, transactionWeight(sample) + 1)
  const value = output.value - fee
  if (value < computeDustThreshold(env.walletScript)) return undefined
  const unsigned = build(value)
  const hash = computeInputSighash(unsigned, { value: output.value, witnessScript: scriptCode })
  return {
    type: 'publish',
    kind: claim.kind,
    transaction: withWitness(unsigned, claim.witness(env.signer.sign(keysId, claim.key, hash))),
    prevouts: [output],
    bump: { type: 'none' },
    feeratePerKw: env.feerates.claim,
    ...(claim.deadline === undefined ? {} : { deadline: claim.deadline }),
  }
}

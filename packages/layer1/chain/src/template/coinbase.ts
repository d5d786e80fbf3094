import { concatBytes } from '@ply/bytes'
import { computeWitnessCommitment, createWitnessCommitmentScript, encodeCoinbaseHeight } from '@ply/consensus'
import {
  COINBASE_INDEX,
  type Sats,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type Txid,
  ZERO_HASH,
} from '@ply/primitives'
import { OP_0 } from '@ply/script'

/** The witness reserved value that every miner uses. */
export const WITNESS_RESERVED_VALUE = new Uint8Array(32)

/**
 * A coinbase as Bitcoin Core makes it: version 2, the height in its script (padded to two bytes), locked to the height
 * before (so that no two coinbases are ever equal), one output, no witness yet.
 */
export function createCoinbase(height: number, value: Sats, scriptPubKey: Uint8Array): Transaction {
  const push = encodeCoinbaseHeight(height)
  const scriptSig = height <= 16 ? concatBytes(push, Uint8Array.of(OP_0)) : push
  return {
    version: 2,
    inputs: [
      {
        prevout: { txid: ZERO_HASH as Txid, index: COINBASE_INDEX },
        scriptSig,
        sequence: SEQUENCE_FINAL - 1,
        witness: [],
      },
    ],
    outputs: [{ value, scriptPubKey }],
    lockTime: height - 1,
  }
}

/**
 * The coinbase with the commitment to the witnesses of `others` behind its outputs and, where segwit is active, the
 * reserved value that proves it.
 */
export function commitToWitnesses(
  coinbase: Transaction,
  others: readonly Transaction[],
  segwitActive: boolean,
): Transaction {
  const commitment = computeWitnessCommitment({ transactions: [coinbase, ...others] }, WITNESS_RESERVED_VALUE)
  const witness = segwitActive ? [WITNESS_RESERVED_VALUE] : []
  return {
    ...coinbase,
    inputs: coinbase.inputs.map((input) => ({ ...input, witness })),
    outputs: [...coinbase.outputs, { value: sats(0), scriptPubKey: createWitnessCommitmentScript(commitment) }],
  }
}

import { sha256 } from '@ply/crypto'
import { encodeAddress, REGTEST, sats, type Transaction, type TxOutput, type Txid } from '@ply/primitives'
import { concatBytes } from '@ply/bytes'

/** OP_TRUE behind a witness program: standard outputs that need no key. */
const WITNESS_SCRIPT = Uint8Array.of(0x51)
export const OPEN_SCRIPT = concatBytes(Uint8Array.of(0, 32), sha256(WITNESS_SCRIPT))
export const OPEN_ADDRESS = encodeAddress(OPEN_SCRIPT, REGTEST)!

export interface OpenCoin {
  readonly txid: Txid
  readonly index: number
  readonly value: bigint
}

/** Spends coins of {@link OPEN_SCRIPT} to `parts` outputs of the same kind, less `fee`. */
export function spendOpenCoins(coins: readonly OpenCoin[], parts: number, fee: bigint): Transaction {
  const total = coins.reduce((sum, coin) => sum + coin.value, 0n) - fee
  const share = total / BigInt(parts)
  const outputs = Array.from({ length: parts }, (_, i): TxOutput => {
    const value = i === 0 ? total - share * BigInt(parts - 1) : share
    return { value: sats(value), scriptPubKey: OPEN_SCRIPT }
  })
  return {
    version: 2,
    inputs: coins.map(({ txid, index }) => ({
      prevout: { txid, index },
      scriptSig: new Uint8Array(0),
      sequence: 0xfffffffd,
      witness: [WITNESS_SCRIPT],
    })),
    outputs,
    lockTime: 0,
  }
}

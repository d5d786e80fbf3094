import { bigintFromBytesLE, bigintToBytesLE, ByteWriter, decodeExact, type DecodeError, type Result } from '@ply/bytes'
import type { CoinTotals } from '../coins/coinTotals.ts'

/** Bytes of a sum that grows with every payment, without a bound by the supply. */
const WIDE = 32

/** The totals after a block and the hash of its coins. */
export interface CoinStatistics {
  readonly totals: CoinTotals
  /** MuHash, 32 bytes in internal order. */
  readonly muHash: Uint8Array
}

/** What is kept for a block of the index of coin statistics. */
export function encodeCoinStatistics({ totals, muHash }: CoinStatistics): Uint8Array {
  const { unspendable } = totals
  const wide = (value: bigint): Uint8Array => bigintToBytesLE(value, WIDE)
  return new ByteWriter(32 + 3 * WIDE + 8 * 8)
    .bytes(muHash)
    .u64(BigInt(totals.outputs))
    .u64(BigInt(totals.bogoSize))
    .u64(totals.amount)
    .u64(totals.subsidy)
    .bytes(wide(totals.prevoutsSpent))
    .bytes(wide(totals.newOutputsExCoinbase))
    .bytes(wide(totals.coinbase))
    .u64(unspendable.genesisBlock)
    .u64(unspendable.bip30)
    .u64(unspendable.scripts)
    .u64(unspendable.unclaimedRewards)
    .finish()
}

/** Violations of the reader. */
export function decodeCoinStatistics(bytes: Uint8Array): Result<CoinStatistics, DecodeError> {
  return decodeExact(bytes, (reader) => {
    const wide = (): bigint => bigintFromBytesLE(reader.bytes(WIDE))
    return {
      muHash: reader.bytes(32),
      totals: {
        outputs: Number(reader.u64()),
        bogoSize: Number(reader.u64()),
        amount: reader.u64(),
        subsidy: reader.u64(),
        prevoutsSpent: wide(),
        newOutputsExCoinbase: wide(),
        coinbase: wide(),
        unspendable: {
          genesisBlock: reader.u64(),
          bip30: reader.u64(),
          scripts: reader.u64(),
          unclaimedRewards: reader.u64(),
        },
      },
    }
  })
}

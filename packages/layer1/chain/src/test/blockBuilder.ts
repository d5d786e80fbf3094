import { checkProofOfWork, type Coin, COINBASE_MATURITY, type ChainHeader } from '@ply/consensus'
import type { Random } from '@ply/testkit'
import {
  type Block,
  type OutPoint,
  REGTEST,
  type Sats,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type TxOutput,
} from '@ply/primitives'
import { createNullData } from '@ply/script'
import { createBlockTemplate } from '../index.ts'
import type { Replay } from './replay.ts'
import { SCRIPTS, sign } from './signing.ts'

export type SpendableCoin = Coin & { readonly outpoint: OutPoint }

/** Coins that a block at `height` may spend. */
export function matureCoins(view: Replay, height: number): SpendableCoin[] {
  return [...view.coins.values()].filter((coin) => !coin.isCoinbase || height - coin.height >= COINBASE_MATURITY)
}

/** A signed transaction over `coins`, with some outputs, some fee, and now and then something burnt. */
export function createSpend(coins: readonly SpendableCoin[], random: Random): { tx: Transaction; fee: Sats } {
  const total = coins.reduce((sum, coin) => sum + coin.output.value, 0n)
  const fee = (total * BigInt(random.below(100))) / 10_000n
  const outputs: TxOutput[] = []
  let left = total - fee
  for (let i = random.below(3); i > 0; i--) {
    const value = left / BigInt(2 + random.below(3))
    outputs.push({ value: sats(value), scriptPubKey: random.pick(SCRIPTS) })
    left -= value
  }
  if (random.chance(0.1) && left > 1000n) {
    outputs.push({ value: sats(1000), scriptPubKey: createNullData(random.bytes(8)) })
    left -= 1000n
  }
  outputs.push({ value: sats(left), scriptPubKey: random.pick(SCRIPTS) })
  const unsigned: Transaction = {
    version: 2,
    inputs: coins.map((coin) => ({
      prevout: coin.outpoint,
      scriptSig: new Uint8Array(0),
      sequence: SEQUENCE_FINAL,
      witness: [],
    })),
    outputs,
    lockTime: 0,
  }
  const tx = sign(
    unsigned,
    coins.map((coin) => coin.output),
  )
  return { tx, fee: sats(fee) }
}

export interface BlockPlan {
  readonly previous: ChainHeader
  readonly spends: readonly { readonly tx: Transaction; readonly fee: Sats }[]
  /** A script that makes this coinbase unlike any other of its height. */
  readonly scriptPubKey: Uint8Array
  /** What the coinbase takes beyond (or, negative, below) what it earned. */
  readonly greed?: bigint
}

/** A mined block. */
export function buildBlock({ previous, spends, scriptPubKey, greed = 0n }: BlockPlan): Block {
  const entries = spends.map(({ tx, fee }) => ({ tx, fee, weight: 1000, sigopCost: 4 }))
  const overpaid = entries.map((entry, i) => (i === 0 ? { ...entry, fee: sats(entry.fee + greed) } : entry))
  const { block } = createBlockTemplate({
    parameters: REGTEST,
    previous,
    now: previous.time + 1,
    version: 0x20000000,
    scriptPubKey,
    packages: overpaid.map((entry) => ({ entries: [entry] })),
    minFeeRate: -1_000_000_000n,
  })
  for (let nonce = 0; ; nonce++) {
    const header = { ...block.header, nonce }
    if (checkProofOfWork(header, REGTEST).ok) return { ...block, header }
  }
}

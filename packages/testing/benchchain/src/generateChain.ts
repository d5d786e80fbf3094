import { assert, utf8ToBytes } from '@ply/bytes'
import { commitToWitnesses, createCoinbase } from '@ply/chain'
import { COINBASE_MATURITY, computeSubsidy } from '@ply/consensus'
import { sha256 } from '@ply/crypto'
import { mineBlock } from '@ply/mining'
import {
  type Block,
  blockMerkleRoot,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  type OutPoint,
  REGTEST,
  sats,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  type TxOutput,
} from '@ply/primitives'
import { SighashCache } from '@ply/script'
import { createRandom, type Random } from '@ply/testkit'
import { createOutput, kindAt, type OwnOutput } from './outputKinds.ts'

export interface ChainPlan {
  readonly seed: number
  /** Blocks full of spends, after those that make the coins. */
  readonly blocks: number
  readonly transactionsPerBlock: number
}

/** The figures that the benchmark's results are for. */
export const STANDARD_PLAN: ChainPlan = { seed: 1, blocks: 25, transactionsPerBlock: 2000 }

/** Every transaction has as many inputs, and as many outputs. */
export const INPUTS_PER_TRANSACTION = 2
/** Coins are this many times those that a block spends: not each is young. */
const POOL_BLOCKS = 3
const FEE = 400n

/** Blocks before those full of spends: coinbases that mature, then one block for each that makes coins. */
export const preparationBlocks = COINBASE_MATURITY + POOL_BLOCKS

interface SpendableCoin {
  readonly outpoint: OutPoint
  readonly output: TxOutput
  readonly own: OwnOutput
}

class ChainGenerator {
  readonly #plan: ChainPlan
  readonly #random: Random
  readonly #coins: SpendableCoin[] = []
  /** The coinbases' own outputs, first first. */
  readonly #rewards: SpendableCoin[] = []
  #keys = 0
  #height = 0
  #tip: BlockHash = computeBlockHash(REGTEST.genesis.header)

  constructor(plan: ChainPlan) {
    this.#plan = plan
    this.#random = createRandom(plan.seed)
  }

  #newOutput(): OwnOutput {
    const secret = sha256(utf8ToBytes(`benchchain ${this.#plan.seed} ${this.#keys++}`))
    return createOutput(kindAt(this.#random.below(100)), secret)
  }

  #transaction(spent: readonly SpendableCoin[], outputCount: number): Transaction {
    const total = spent.reduce((sum, coin) => sum + coin.output.value, 0n)
    const value = sats((total - FEE) / BigInt(outputCount))
    const owned = Array.from({ length: outputCount }, () => this.#newOutput())
    const unsigned: Transaction = {
      version: 2,
      inputs: spent.map(({ outpoint }) => ({
        prevout: outpoint,
        scriptSig: new Uint8Array(0),
        sequence: SEQUENCE_REPLACEABLE,
        witness: [],
      })),
      outputs: owned.map(({ scriptPubKey }) => ({ value, scriptPubKey })),
      lockTime: 0,
    }
    const cache = new SighashCache(
      unsigned,
      spent.map((coin) => coin.output),
    )
    const inputs = unsigned.inputs.map((input, i) => ({ ...input, ...spent[i]!.own.spend(cache, i) }))
    const tx = { ...unsigned, inputs }
    const txid = computeTxid(tx)
    owned.forEach((own, index) => {
      this.#coins.push({ outpoint: { txid, index }, output: tx.outputs[index]!, own })
    })
    return tx
  }

  /** The next block: spends behind a coinbase, mined. */
  #block(transactions: readonly Transaction[]): Block {
    const height = ++this.#height
    const own = this.#newOutput()
    const coinbase = commitToWitnesses(
      createCoinbase(height, computeSubsidy(height, REGTEST), own.scriptPubKey),
      transactions,
      true,
    )
    this.#rewards.push({ outpoint: { txid: computeTxid(coinbase), index: 0 }, output: coinbase.outputs[0]!, own })
    const all = [coinbase, ...transactions]
    const block = mineBlock({
      header: {
        version: 0x20000000,
        previousBlockHash: this.#tip,
        merkleRoot: blockMerkleRoot({ transactions: all }).root,
        time: REGTEST.genesis.header.time + 600 * height,
        bits: REGTEST.genesis.header.bits,
        nonce: 0,
      },
      transactions: all,
    })
    assert(block !== undefined, 'regtest blocks are found at once')
    this.#tip = computeBlockHash(block.header)
    return block
  }

  /** Takes a coin at random out of those there are. */
  #take(): SpendableCoin {
    const coins = this.#coins
    const index = this.#random.below(coins.length)
    const taken = coins[index]!
    const last = coins.pop()!
    if (index < coins.length) coins[index] = last
    return taken
  }

  *generate(): Generator<Block> {
    const { blocks, transactionsPerBlock } = this.#plan
    const coinsPerBlock = transactionsPerBlock * INPUTS_PER_TRANSACTION
    for (let i = 0; i < COINBASE_MATURITY; i++) yield this.#block([])
    for (let i = 0; i < POOL_BLOCKS; i++) yield this.#block([this.#transaction([this.#rewards[i]!], coinsPerBlock)])
    for (let i = 0; i < blocks; i++) {
      // Taken first, so that no transaction spends another of its block.
      const taken = Array.from({ length: coinsPerBlock }, () => this.#take())
      const transactions: Transaction[] = []
      for (let at = 0; at < taken.length; at += INPUTS_PER_TRANSACTION) {
        transactions.push(this.#transaction(taken.slice(at, at + INPUTS_PER_TRANSACTION), INPUTS_PER_TRANSACTION))
      }
      yield this.#block(transactions)
    }
  }
}

/**
 * The blocks of a regtest chain after genesis: {@link preparationBlocks} that make coins, then those full of spends.
 * Every output has keys of its own; the same plan gives the same chain.
 */
export const generateChain = (plan: ChainPlan): Generator<Block> => new ChainGenerator(plan).generate()

import {
  type Block,
  blockMerkleRoot,
  type BlockHeader,
  COINBASE_INDEX,
  type NetworkParameters,
  type OutPoint,
  outPointKey,
  REGTEST,
  SEQUENCE_FINAL,
  sats,
  type Transaction,
  type Txid,
  type TxInput,
  type TxOutput,
  ZERO_HASH,
} from '@ply/primitives'
import { createScript, OP_0, OP_1 } from '@ply/script'
import {
  type BlockConnection,
  checkBlock,
  checkContextualBlock,
  checkHeader,
  checkProofOfWork,
  type Coin,
  type CoinsView,
  computeMedianTimePast,
  computeNextBits,
  computeSubsidy,
  computeWitnessCommitment,
  connectBlock,
  createWitnessCommitmentScript,
  encodeCoinbaseHeight,
  formatViolation,
  LinkedHeader,
  verifyCollectedChecks,
} from '../index.ts'

/** A witness script that anyone can satisfy, and what it hashes to. */
export const OP_TRUE = createScript([OP_1])

export const input = (prevout: OutPoint, more: Partial<TxInput> = {}): TxInput => ({
  prevout,
  scriptSig: new Uint8Array(0),
  sequence: SEQUENCE_FINAL,
  witness: [],
  ...more,
})

export const output = (value: bigint | number, scriptPubKey: Uint8Array = OP_TRUE): TxOutput => ({
  value: sats(value),
  scriptPubKey,
})

export const transaction = (
  inputs: readonly TxInput[],
  outputs: readonly TxOutput[],
  more: Partial<Transaction> = {},
): Transaction => ({ version: 2, inputs, outputs, lockTime: 0, ...more })

export const NULL_OUTPOINT: OutPoint = { txid: ZERO_HASH as Txid, index: COINBASE_INDEX }

export function coinbase(height: number, outputs: readonly TxOutput[], more: Partial<TxInput> = {}): Transaction {
  const scriptSig = new Uint8Array([...encodeCoinbaseHeight(height), ...createScript([OP_0])])
  return transaction([input(NULL_OUTPOINT, { scriptSig, witness: [new Uint8Array(32)], ...more })], outputs)
}

/** Adds the commitment to the coinbase and the merkle root to the header. */
export function commit(header: BlockHeader, transactions: readonly Transaction[]): Block {
  const [first, ...rest] = transactions
  const script = createWitnessCommitmentScript(computeWitnessCommitment({ transactions }, new Uint8Array(32)))
  const committed = { ...first!, outputs: [...first!.outputs, output(0, script)] }
  return seal(header, [committed, ...rest])
}

/** Sets the merkle root only. */
export function seal(header: BlockHeader, transactions: readonly Transaction[]): Block {
  return { header: { ...header, merkleRoot: blockMerkleRoot({ transactions }).root }, transactions }
}

/** Counts the nonce up until the header has its proof of work. */
export function grind(block: Block, parameters: NetworkParameters = REGTEST): Block {
  for (let nonce = 0; ; nonce++) {
    const header = { ...block.header, nonce }
    if (checkProofOfWork(header, parameters).ok) return { ...block, header }
  }
}

/** A regtest chain in memory that knows no reorg: enough to try a block on. */
export class TestChain implements CoinsView {
  readonly parameters: NetworkParameters
  tip: LinkedHeader
  readonly coins = new Map<string, Coin>()

  constructor(parameters: NetworkParameters = REGTEST) {
    this.parameters = parameters
    this.tip = new LinkedHeader(parameters.genesis.header, undefined)
  }

  get(outpoint: OutPoint): Coin | undefined {
    return this.coins.get(outPointKey(outpoint))
  }

  get height(): number {
    return this.tip.height
  }

  /** The header of a block to come, without its merkle root. */
  header(more: Partial<BlockHeader> = {}): BlockHeader {
    const time = more.time ?? Math.max(this.tip.time + 1, computeMedianTimePast(this.tip) + 1)
    return {
      version: 0x20000000,
      previousBlockHash: this.tip.hash,
      merkleRoot: ZERO_HASH,
      time,
      bits: computeNextBits(this.tip, time, this.parameters),
      nonce: 0,
      ...more,
    }
  }

  /** A block with these transactions behind its coinbase, complete and mined. */
  block(transactions: readonly Transaction[] = [], fees = 0n): Block {
    const height = this.height + 1
    const first = coinbase(height, [output(computeSubsidy(height, this.parameters) + fees)])
    return grind(commit(this.header(), [first, ...transactions]), this.parameters)
  }

  /** Everything that is checked about a block, in order: its effect, or how its rejection is logged. */
  try(block: Block): BlockConnection | string {
    const { parameters, tip: previous } = this
    const checks = [
      () => checkHeader(block.header, { parameters, previous, now: block.header.time }),
      () => checkBlock(block, parameters),
      () => checkContextualBlock(block, previous, parameters),
    ]
    for (const check of checks) {
      const result = check()
      if (!result.ok) return formatViolation(result.error)
    }
    const connection = connectBlock(block, this, { parameters, previous })
    if (!connection.ok) return formatViolation(connection.error)
    const scripts = verifyCollectedChecks(connection.value.scripts)
    return scripts.ok ? connection.value : formatViolation(scripts.error)
  }

  /** Connects a block that must be valid. */
  connect(block: Block): BlockConnection {
    const connection = this.try(block)
    if (typeof connection === 'string') throw new Error(connection)
    for (const outpoint of connection.delta.spent) this.coins.delete(outPointKey(outpoint))
    for (const [outpoint, coin] of connection.delta.created) this.coins.set(outPointKey(outpoint), coin)
    this.tip = new LinkedHeader(block.header, this.tip)
    return connection
  }

  /** Mines `count` empty blocks and returns the coinbase of the first. */
  mine(count = 1): Transaction {
    const blocks = Array.from({ length: count }, () => {
      const block = this.block()
      this.connect(block)
      return block
    })
    return blocks[0]!.transactions[0]!
  }
}

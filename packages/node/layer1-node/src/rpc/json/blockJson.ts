import { bytesToHex } from '@ply/bytes'
import type { ActiveChain, BlockNode } from '@ply/chain'
import { type BlockUndo, computeDifficulty, computeMedianTimePast, decodeCompact } from '@ply/consensus'
import {
  type Block,
  blockSizes,
  blockWeight,
  computeTxid,
  hashToDisplay,
  type NetworkParameters,
} from '@ply/primitives'
import { formatDouble, type JsonOutput, type JsonText, JsonWriter, RawNumber } from '@ply/rpc'
import { writeTransactionJson } from './transactionJson.ts'

const hex32 = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')
const hex256 = (value: bigint): string => value.toString(16).padStart(64, '0')

/** A float, however large. */
export const floatJson = (value: number): RawNumber => new RawNumber(formatDouble(value))

export const difficultyJson = (bits: number): RawNumber => floatJson(computeDifficulty(bits))

export const targetHex = (bits: number): string => hex256(decodeCompact(bits).target)
export const bitsHex = hex32
export const chainWorkHex = (node: BlockNode): string => hex256(node.chainWork)

/** A header as Bitcoin Core shows it; confirmations are -1 off the active chain. */
export function headerJson(node: BlockNode, active: ActiveChain): Record<string, JsonOutput> {
  const next = active.next(node)
  return {
    hash: hashToDisplay(node.hash),
    confirmations: active.contains(node) ? active.height - node.height + 1 : -1,
    height: node.height,
    version: node.version,
    versionHex: hex32(node.version),
    merkleroot: hashToDisplay(node.merkleRoot),
    time: node.time,
    mediantime: computeMedianTimePast(node),
    nonce: node.nonce,
    bits: hex32(node.bits),
    target: targetHex(node.bits),
    difficulty: difficultyJson(node.bits),
    chainwork: chainWorkHex(node),
    nTx: node.transactionCount,
    previousblockhash: node.previous && hashToDisplay(node.previous.hash),
    nextblockhash: next && hashToDisplay(next.hash),
  }
}

function coinbaseJson(block: Block): JsonOutput {
  const tx = block.transactions[0]!
  const input = tx.inputs[0]!
  return {
    version: tx.version,
    locktime: tx.lockTime,
    sequence: input.sequence,
    coinbase: bytesToHex(input.scriptSig),
    witness: input.witness[0] && bytesToHex(input.witness[0]),
  }
}

export interface BlockJsonOptions {
  readonly active: ActiveChain
  readonly network: NetworkParameters
  /** 1: txids; 2: transactions with fees; 3: and what they spend. */
  readonly verbosity: number
  readonly undo: BlockUndo | undefined
}

const txidsJson = ({ transactions }: Block): JsonOutput => transactions.map((tx) => hashToDisplay(computeTxid(tx)))

function transactionsJson({ transactions }: Block, { network, verbosity, undo }: BlockJsonOptions): JsonText {
  const writer = new JsonWriter()
  const prevouts = verbosity >= 3
  transactions.forEach((tx, i) => {
    writer.text(i === 0 ? '[' : ',')
    writeTransactionJson(writer, tx, { network, prevouts, coins: i > 0 ? undo?.[i - 1] : undefined })
  })
  return writer.text(']').finish()
}

/** A block as Bitcoin Core shows it. */
export function blockJson(block: Block, node: BlockNode, options: BlockJsonOptions): Record<string, JsonOutput> {
  const { active, verbosity } = options
  const { stripped, total } = blockSizes(block)
  return {
    ...headerJson(node, active),
    strippedsize: stripped,
    size: total,
    weight: blockWeight(block),
    coinbase_tx: coinbaseJson(block),
    tx: verbosity <= 1 ? txidsJson(block) : transactionsJson(block, options),
  }
}

import { bytesToHex, equalBytes } from '@ply/bytes'
import {
  type Block,
  type BlockHash,
  computeBlockHash,
  computeTxid,
  computeWtxid,
  type Transaction,
} from '@ply/primitives'
import { encodeMessage } from '../../message/message.ts'
import type { Network } from '../../peer/network.ts'
import { createCompactBlock } from './createCompactBlock.ts'

/** The newest block: the one that everybody is about to ask for. */
export class RecentBlock {
  readonly #network: Network
  #hash: BlockHash | undefined
  #block: Block | undefined
  #compact: Uint8Array | undefined
  #transactions: Map<string, Transaction> | undefined

  constructor(network: Network) {
    this.#network = network
  }

  set(block: Block): void {
    const hash = computeBlockHash(block.header)
    if (this.#hash && equalBytes(hash, this.#hash)) return
    this.#hash = hash
    this.#block = block
    this.#compact = undefined
    this.#transactions = undefined
  }

  get(hash: Uint8Array): Block | undefined {
    return this.#hash && equalBytes(hash, this.#hash) ? this.#block : undefined
  }

  /** The payload of its `cmpctblock`: made once for all peers. */
  compact(hash: Uint8Array): Uint8Array | undefined {
    const block = this.get(hash)
    if (!block) return undefined
    this.#compact ??= encodeMessage({
      command: 'cmpctblock',
      ...createCompactBlock(block, this.#network.randomU64()),
    })
    return this.#compact
  }

  /** A transaction of the block by txid or wtxid: somebody may still ask for it while others have the block. */
  transaction(id: Uint8Array): Transaction | undefined {
    if (!this.#block) return undefined
    this.#transactions ??= new Map(
      this.#block.transactions.flatMap((tx) => [
        [bytesToHex(computeTxid(tx)), tx],
        [bytesToHex(computeWtxid(tx)), tx],
      ]),
    )
    return this.#transactions.get(bytesToHex(id))
  }
}

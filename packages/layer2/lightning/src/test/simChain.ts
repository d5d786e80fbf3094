import { bytesToHex } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { type BlockHash, computeTxid, outPointKey, type Transaction, type TxOutput } from '@ply/primitives'
import type { BlockTransaction } from '../event.ts'

export interface SimBlock {
  readonly height: number
  readonly hash: BlockHash
  readonly transactions: readonly BlockTransaction[]
}

interface Coin {
  readonly output: TxOutput
  readonly height: number
  readonly txIndex: number
}

const SEQUENCE_DISABLED = 0x80000000

/**
 * A chain without scripts and fees: transactions must spend what is there (inputs of faucet transactions come from
 * nowhere), once, and not before their time.
 */
export class SimChain {
  readonly blocks: SimBlock[] = []
  readonly #coins = new Map<string, Coin>()
  readonly #spent = new Set<string>()
  readonly #faucet = new Set<string>()
  #mempool: Transaction[] = []

  constructor(startHeight = 100) {
    this.#push(startHeight, [])
  }

  get height(): number {
    return this.blocks.at(-1)!.height
  }

  #push(height: number, transactions: readonly BlockTransaction[]): SimBlock {
    const hash = sha256(Uint8Array.of(height & 255, height >> 8, transactions.length)) as BlockHash
    const block = { height, hash, transactions }
    this.blocks.push(block)
    return block
  }

  /** An outpoint that may be spent though no block made it. */
  faucet(key: string): void {
    this.#faucet.add(key)
  }

  publish(tx: Transaction): void {
    const txid = bytesToHex(computeTxid(tx))
    if (!this.#mempool.some((other) => bytesToHex(computeTxid(other)) === txid)) this.#mempool.push(tx)
  }

  #spendable(tx: Transaction, height: number): boolean {
    if (tx.lockTime < 500_000_000 && tx.lockTime >= height) {
      if (tx.inputs.some((input) => input.sequence !== 0xffffffff)) return false
    }
    return tx.inputs.every((input) => {
      const key = outPointKey(input.prevout)
      if (this.#spent.has(key)) return false
      if (this.#faucet.has(key)) return true
      const coin = this.#coins.get(key)
      if (!coin) return false
      const relative = input.sequence & SEQUENCE_DISABLED ? 0 : input.sequence & 0xffff
      return height >= coin.height + relative
    })
  }

  /** Takes into a block whatever of the mempool may be in it. */
  mine(): SimBlock {
    const height = this.height + 1
    const chosen: BlockTransaction[] = []
    let progress = true
    while (progress) {
      progress = false
      for (const transaction of this.#mempool) {
        if (chosen.some((each) => each.transaction === transaction) || !this.#spendable(transaction, height)) continue
        const txIndex = chosen.length + 1
        chosen.push({ transaction, txIndex })
        for (const { prevout } of transaction.inputs) this.#spent.add(outPointKey(prevout))
        const txid = computeTxid(transaction)
        transaction.outputs.forEach((output, index) => {
          this.#coins.set(outPointKey({ txid, index }), { output, height, txIndex })
        })
        progress = true
      }
    }
    this.#mempool = this.#mempool.filter((tx) => !chosen.some((each) => each.transaction === tx))
    this.#mempool = this.#mempool.filter(
      (tx) => !tx.inputs.some(({ prevout }) => this.#spent.has(outPointKey(prevout))),
    )
    return this.#push(height, chosen)
  }

  /** The unspent output at a place of the chain. */
  outputAt(height: number, txIndex: number, index: number) {
    for (const block of this.blocks) {
      if (block.height !== height) continue
      const found = block.transactions.find((each) => each.txIndex === txIndex)
      if (!found) return undefined
      const outpoint = { txid: computeTxid(found.transaction), index }
      const output = found.transaction.outputs[index]
      if (!output || this.#spent.has(outPointKey(outpoint))) return undefined
      return { outpoint, value: output.value, scriptPubKey: output.scriptPubKey }
    }
    return undefined
  }

  /** Value of unspent outputs to a script, in satoshi. */
  valueTo(script: Uint8Array): bigint {
    let total = 0n
    for (const [key, { output }] of this.#coins) {
      if (!this.#spent.has(key) && bytesToHex(output.scriptPubKey) === bytesToHex(script)) total += output.value
    }
    return total
  }
}

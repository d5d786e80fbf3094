import { bytesToHex } from '@ply/bytes'
import { computeTxid, type OutPoint, outPointKey, type Transaction, type TxOutput } from '@ply/primitives'
import { SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'
import type { BlockTransaction } from '../event.ts'

interface Coin {
  readonly output: TxOutput
  readonly height: number
}

/** A chain that checks what channels rely on: unspent inputs, amounts, scripts, lock times. */
export class TestChain {
  height = 100
  readonly #coins = new Map<string, Coin>()
  readonly blocks = new Map<number, readonly BlockTransaction[]>()
  readonly txids = new Set<string>()

  coin(outpoint: OutPoint): Coin | undefined {
    return this.#coins.get(outPointKey(outpoint))
  }

  /** Why the transaction may not stand in the next block; undefined if it may. */
  check(transaction: Transaction): string | undefined {
    const next = this.height + 1
    if (this.txids.has(bytesToHex(computeTxid(transaction)))) return 'already confirmed'
    const coins = transaction.inputs.map((input) => this.coin(input.prevout))
    if (coins.some((coin) => coin === undefined)) return 'missing-inputs'
    const spent = coins.map((coin) => coin!.output)
    const sum = (outputs: readonly TxOutput[]): bigint => outputs.reduce((total, output) => total + output.value, 0n)
    if (sum(spent) < sum(transaction.outputs)) return 'bad-txns-in-belowout'
    const final = transaction.inputs.every((input) => input.sequence === 0xffffffff)
    if (!final && transaction.lockTime < 500_000_000 && transaction.lockTime >= next) return 'non-final'
    for (const [i, { sequence }] of transaction.inputs.entries()) {
      if ((sequence & 0x80000000) !== 0) continue
      if (next < coins[i]!.height + (sequence & 0xffff)) return 'non-BIP68-final'
    }
    const cache = new SighashCache(transaction, spent)
    for (const inputIndex of transaction.inputs.keys()) {
      const verdict = verifyInput({ cache, inputIndex, flags: STANDARD_SCRIPT_VERIFY_FLAGS })
      if (!verdict.ok) return `script: ${verdict.error}`
    }
    return undefined
  }

  /** Confirms the transactions in one block, in order. Throws for one that is not valid. */
  mine(transactions: readonly Transaction[] = []): readonly BlockTransaction[] {
    const block: BlockTransaction[] = []
    for (const transaction of transactions) {
      const wrong = this.check(transaction)
      if (wrong !== undefined) throw new Error(wrong)
      for (const input of transaction.inputs) this.#coins.delete(outPointKey(input.prevout))
      const txid = computeTxid(transaction)
      this.txids.add(bytesToHex(txid))
      transaction.outputs.forEach((output, index) => {
        this.#coins.set(outPointKey({ txid, index }), { output, height: this.height + 1 })
      })
      block.push({ transaction, txIndex: block.length + 1 })
    }
    this.height++
    this.blocks.set(this.height, block)
    return block
  }

  /** Puts coins of a transaction without inputs into the chain, so that something can be spent. */
  fund(transaction: Transaction): void {
    const txid = computeTxid(transaction)
    this.txids.add(bytesToHex(txid))
    transaction.outputs.forEach((output, index) => {
      this.#coins.set(outPointKey({ txid, index }), { output, height: this.height })
    })
  }

  /** Every output that nobody has spent. */
  unspent(): readonly TxOutput[] {
    return [...this.#coins.values()].map(({ output }) => output)
  }

  /** All unspent outputs to a script. */
  balanceOf(scriptPubKey: Uint8Array): bigint {
    const script = bytesToHex(scriptPubKey)
    let total = 0n
    for (const { output } of this.#coins.values()) if (bytesToHex(output.scriptPubKey) === script) total += output.value
    return total
  }
}

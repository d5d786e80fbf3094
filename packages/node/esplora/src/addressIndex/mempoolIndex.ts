import { bytesToHex, equalBytes } from '@ply/bytes'
import type { Layer1Node } from '@ply/layer1-node'
import type { MempoolEntry } from '@ply/mempool'
import type { OutPoint, TxOutput } from '@ply/primitives'
import { computeScriptHash, NO_TOTALS, type Totals } from './rows.ts'

/** An unconfirmed transaction with the outputs that it spends, in the order of its inputs. */
export interface PoolTransaction {
  readonly entry: MempoolEntry
  readonly spent: readonly (TxOutput | undefined)[]
}

/** The pool's transactions by the scripts that they touch. */
export class MempoolIndex {
  readonly #byTxid = new Map<string, PoolTransaction>()
  readonly #byScript = new Map<string, Map<string, PoolTransaction>>()
  readonly #node: Layer1Node
  readonly #unsubscribe: () => void

  private constructor(node: Layer1Node) {
    this.#node = node
    this.#unsubscribe = node.mempool.subscribe({
      added: (entry) => this.#add(entry),
      removed: (entry) => this.#remove(entry),
    })
  }

  static open(node: Layer1Node): Promise<MempoolIndex> {
    return node.chain.exclusive(async () => {
      const entries = [...node.mempool.mempool.entries()]
      await node.chain.loadCoins(node.mempool.mempool.requiredOutpoints(entries.map(({ tx }) => tx)))
      const index = new MempoolIndex(node)
      for (const entry of entries) index.#add(entry)
      return index
    })
  }

  /** Coins of the chain were loaded to judge the transaction: they are at hand. */
  #output({ txid, index }: OutPoint): TxOutput | undefined {
    const { mempool, chain } = this.#node
    return mempool.mempool.get(txid)?.tx.outputs[index] ?? chain.coins.get({ txid, index })?.output
  }

  #add(entry: MempoolEntry): void {
    const transaction = { entry, spent: entry.tx.inputs.map(({ prevout }) => this.#output(prevout)) }
    this.#byTxid.set(entry.key, transaction)
    for (const script of scriptsOf(transaction)) {
      const touching = this.#byScript.get(script) ?? new Map<string, PoolTransaction>()
      this.#byScript.set(script, touching.set(entry.key, transaction))
    }
  }

  #remove(entry: MempoolEntry): void {
    const transaction = this.#byTxid.get(entry.key)
    if (!transaction) return
    this.#byTxid.delete(entry.key)
    for (const script of scriptsOf(transaction)) {
      const touching = this.#byScript.get(script)
      touching?.delete(entry.key)
      if (touching?.size === 0) this.#byScript.delete(script)
    }
  }

  isOf(output: TxOutput, scriptHash: Uint8Array): boolean {
    return equalBytes(computeScriptHash(output.scriptPubKey), scriptHash)
  }

  get(txid: Uint8Array): PoolTransaction | undefined {
    return this.#byTxid.get(bytesToHex(txid))
  }

  /** Unconfirmed transactions of a script, the latest first. */
  history(scriptHash: Uint8Array): PoolTransaction[] {
    return [...(this.#byScript.get(bytesToHex(scriptHash))?.values() ?? [])].reverse()
  }

  totals(scriptHash: Uint8Array): Totals {
    const isMine = (output: TxOutput | undefined): output is TxOutput =>
      output !== undefined && this.isOf(output, scriptHash)
    const sum = (outputs: readonly TxOutput[]): bigint => outputs.reduce((total, { value }) => total + value, 0n)
    return this.history(scriptHash).reduce((totals, { entry, spent }) => {
      const funded = entry.tx.outputs.filter(isMine)
      const gone = spent.filter(isMine)
      return {
        transactions: totals.transactions + 1n,
        fundedCount: totals.fundedCount + BigInt(funded.length),
        fundedSum: totals.fundedSum + sum(funded),
        spentCount: totals.spentCount + BigInt(gone.length),
        spentSum: totals.spentSum + sum(gone),
      }
    }, NO_TOTALS)
  }

  close(): void {
    this.#unsubscribe()
  }
}

const scriptKey = ({ scriptPubKey }: TxOutput): string => bytesToHex(computeScriptHash(scriptPubKey))

function scriptsOf({ entry, spent }: PoolTransaction): Set<string> {
  const scripts = new Set<string>()
  for (const output of [...entry.tx.outputs, ...spent]) if (output) scripts.add(scriptKey(output))
  return scripts
}

import { type Coin, computeSubsidy } from '@ply/consensus'
import { type Block, computeTxid, type NetworkParameters, type OutPoint, outPointKey } from '@ply/primitives'

// The model that the simulation holds the real thing against: no cache, no undo, no rules, only a walk over the blocks.

export interface Replay {
  readonly coins: ReadonlyMap<string, Coin & { readonly outpoint: OutPoint }>
  /** All subsidies, less what coinbases did not take and what went to outputs that nobody can spend. */
  readonly supply: bigint
}

const isBurnt = (script: Uint8Array): boolean => script[0] === 0x6a

/** The coins that exist after `blocks`, the first of them at height 1. */
export function replay(blocks: readonly Block[], parameters: NetworkParameters): Replay {
  const coins = new Map<string, Coin & { outpoint: OutPoint }>()
  let supply = 0n
  blocks.forEach((block, i) => {
    const height = i + 1
    let earned: bigint = computeSubsidy(height, parameters)
    supply += earned
    for (const tx of [...block.transactions.slice(1), block.transactions[0]!]) {
      const isCoinbase = tx === block.transactions[0]
      if (!isCoinbase) {
        for (const { prevout } of tx.inputs) {
          const coin = coins.get(outPointKey(prevout))
          if (coin === undefined) throw new Error('replay of an invalid chain')
          coins.delete(outPointKey(prevout))
          earned += coin.output.value
        }
      }
      const txid = computeTxid(tx)
      tx.outputs.forEach((output, index) => {
        earned -= output.value
        if (isBurnt(output.scriptPubKey)) supply -= output.value
        else coins.set(outPointKey({ txid, index }), { output, height, isCoinbase, outpoint: { txid, index } })
      })
    }
    // What nobody took is gone.
    supply -= earned
  })
  return { coins, supply }
}

import { DecodeError, equalBytes, err, ok, type Result } from '@ply/bytes'
import { type Block, computeBlockHash, outPointsOf, type TxOutput } from '@ply/primitives'
import { isUnspendable } from '@ply/script'
import { isBip30Overwritten } from './block/duplicateCoinbase.ts'
import type { Coin, CoinsView } from './transaction/coin.ts'
import { type BlockUndo, type CoinsDelta, CoinsOverlay } from './transaction/coinsOverlay.ts'

export interface BlockDisconnection {
  readonly delta: CoinsDelta
  /** False where the coins were not what the block must have left: the store was damaged, or undone before. */
  readonly clean: boolean
}

const isSameOutput = (a: TxOutput, b: TxOutput): boolean =>
  a.value === b.value && equalBytes(a.scriptPubKey, b.scriptPubKey)

/**
 * Takes back what the block at `height` did to the coins, in reverse order; `coins` holds what `createdOutpoints` of the
 * block names. Violation `inconsistent-undo` where the undo
 * data belongs to another block.
 */
export function disconnectBlock(
  block: Block,
  undo: BlockUndo,
  { height, coins }: { readonly height: number; readonly coins: CoinsView },
): Result<BlockDisconnection, DecodeError> {
  if (undo.length + 1 !== block.transactions.length) return err(new DecodeError('inconsistent-undo'))
  const overlay = new CoinsOverlay(coins)
  const overwritten = isBip30Overwritten(computeBlockHash(block.header), height)
  let clean = true
  for (let i = block.transactions.length - 1; i >= 0; i--) {
    const tx = block.transactions[i]!
    const isCoinbase = i === 0
    outPointsOf(tx).forEach((outpoint, index) => {
      const output = tx.outputs[index]!
      if (isUnspendable(output.scriptPubKey)) return
      const coin = overlay.get(outpoint)
      overlay.remove(outpoint)
      const expected =
        coin !== undefined &&
        isSameOutput(coin.output, output) &&
        coin.height === height &&
        coin.isCoinbase === isCoinbase
      if (!expected && !(isCoinbase && overwritten)) clean = false
    })
    if (isCoinbase) continue
    const spent: readonly Coin[] = undo[i - 1]!
    if (spent.length !== tx.inputs.length) return err(new DecodeError('inconsistent-undo'))
    for (let j = tx.inputs.length - 1; j >= 0; j--) overlay.put(tx.inputs[j]!.prevout, spent[j]!)
  }
  return ok({ delta: overlay.delta(), clean })
}

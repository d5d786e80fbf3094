import type { BlockNode } from '@ply/chain'
import type { BlockUndo, BlockViolation } from '@ply/consensus'
import type { Block } from '@ply/primitives'

/** A block that joined the active chain, with the coins it spent. */
export interface ConnectedBlock {
  readonly node: BlockNode
  readonly block: Block
  readonly undo: BlockUndo
}

/**
 * Hears of every change of the active chain, in order and before the next change happens. A listener that returns a
 * promise holds the chain up; it must not wait for the chain itself.
 */
export interface ChainListener {
  /** A block on the tip passed every check that needs no coins, and is about to be connected. Not while catching up. */
  blockAccepted?(block: Block): void
  blockConnected?(connected: ConnectedBlock): void | Promise<void>
  blockDisconnected?(disconnected: ConnectedBlock): void | Promise<void>
  /**
   * Blocks left and, most often, others took their place: as soon as the chain is better than before, or a block on the
   * way to it turned out bad. More changes may follow at once. `deep`: so many were taken back by hand that what was in
   * this one is not to wait for another block.
   */
  reorganised?(deep?: boolean): void | Promise<void>
  /** The chain came to rest on a new tip; `fork` is the last block that old and new chain share. */
  tipChanged?(tip: BlockNode, fork: BlockNode | undefined): void | Promise<void>
  /** The chain stands on coins that came from somewhere else: blocks up to `tip` were not seen, and will not be. */
  coinsAdopted?(tip: BlockNode): void
  /** A block under such coins was checked, with the coins it spent; the last one is that of `coinsAdopted`. */
  historyChecked?(connected: ConnectedBlock): void
  /** A block broke a rule when it was connected. */
  blockInvalid?(node: BlockNode, violation: BlockViolation): void
}

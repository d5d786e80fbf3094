import type { BlockNode } from '@ply/chain'
import type { BlockViolation } from '@ply/consensus'
import type { Block } from '@ply/primitives'
import type { ChainListener, ConnectedBlock } from './chainListener.ts'

/** Everybody who hears of changes of the active chain, one after another in the order in which they came. */
export class ChainListeners {
  readonly #listeners: ChainListener[] = []

  /** Tells `listener` of all changes until the returned function is called. */
  subscribe(listener: ChainListener): () => void {
    this.#listeners.push(listener)
    return () => {
      const at = this.#listeners.indexOf(listener)
      if (at >= 0) this.#listeners.splice(at, 1)
    }
  }

  blockAccepted(block: Block): void {
    for (const listener of [...this.#listeners]) listener.blockAccepted?.(block)
  }

  async blockConnected(connected: ConnectedBlock): Promise<void> {
    for (const listener of [...this.#listeners]) await listener.blockConnected?.(connected)
  }

  async blockDisconnected(disconnected: ConnectedBlock): Promise<void> {
    for (const listener of [...this.#listeners]) await listener.blockDisconnected?.(disconnected)
  }

  async reorganised(deep = false): Promise<void> {
    for (const listener of [...this.#listeners]) await listener.reorganised?.(deep)
  }

  async tipChanged(tip: BlockNode, fork: BlockNode | undefined): Promise<void> {
    for (const listener of [...this.#listeners]) await listener.tipChanged?.(tip, fork)
  }

  coinsAdopted(tip: BlockNode): void {
    for (const listener of [...this.#listeners]) listener.coinsAdopted?.(tip)
  }

  historyChecked(connected: ConnectedBlock): void {
    for (const listener of [...this.#listeners]) listener.historyChecked?.(connected)
  }

  blockInvalid(node: BlockNode, violation: BlockViolation): void {
    for (const listener of [...this.#listeners]) listener.blockInvalid?.(node, violation)
  }
}

import { bytesToHex } from '@ply/bytes'
import { type BlockHash, hashToDisplay } from '@ply/primitives'
import type { InventoryItem } from '../message/inventory.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MSG_BLOCK, MSG_TX, MSG_WTX } from '../protocol.ts'
import { updateAvailability } from '../sync/availability.ts'
import type { BlockDownload } from '../sync/blockDownload.ts'
import type { HeadersSync } from '../sync/headersSync.ts'
import { isTxItem } from '../sync/serveData.ts'
import type { TxDownload } from './txDownload.ts'

export interface InventoryParts {
  readonly blocks: BlockDownload
  readonly headers: HeadersSync
  readonly transactions: TxDownload
}

/** Hears what peers announce by hash. */
export class Inventory {
  readonly #network: Network
  readonly #parts: InventoryParts
  /** The announced block (hex) for which a peer was last asked that does not sync its headers with us. */
  #lastTrigger = ''

  constructor(network: Network, parts: InventoryParts) {
    this.#network = network
    this.#parts = parts
  }

  /** An `inv`. Violation `unwanted-transaction`. */
  received(peer: Peer, items: readonly InventoryItem[]): void {
    const { chain } = this.#network
    const { blocks, transactions } = this.#parts
    let unknown: InventoryItem | undefined
    for (const item of items) {
      // A peer announces by the kind of id that was agreed on; the other kind is ignored.
      if (item.type === (peer.wtxidRelay ? MSG_TX : MSG_WTX)) continue
      if (item.type === MSG_BLOCK) {
        updateAvailability(chain, peer, item.hash as BlockHash)
        if (!chain.header(item.hash) && !blocks.isExpected(item.hash)) unknown = item
      } else if (isTxItem(item)) {
        if (this.#network.refusesTransactions(peer)) {
          const words = `transaction (${hashToDisplay(item.hash)}) inv sent in violation of protocol`
          this.#network.misbehaved(peer, 'unwanted-transaction', words)
          return
        }
        peer.known.add(bytesToHex(item.hash))
        if (!chain.isInitialBlockDownload()) transactions.announced(peer, item)
      }
    }
    // The last one is the newest: its headers lead over all the others.
    if (unknown) this.#requestHeaders(peer, bytesToHex(unknown.hash))
  }

  /** While headers are synced with one peer only, each new block adds one more: the first may be of no use. */
  #requestHeaders(peer: Peer, hash: string): void {
    const isNew = !peer.announcedBeforeSync && hash !== this.#lastTrigger
    if (!peer.syncStarted && !isNew) return
    this.#parts.headers.request(peer, this.#network.chain.bestHeader())
    if (peer.syncStarted) return
    peer.announcedBeforeSync = true
    this.#lastTrigger = hash
  }
}

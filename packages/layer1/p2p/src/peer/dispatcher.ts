import { unreachable } from '@ply/bytes'
import { type Block, computeBlockHash } from '@ply/primitives'
import { learnAddresses, serveAddresses } from '../address/addressGossip.ts'
import { receiveVersion } from '../handshake/handshake.ts'
import type { InventoryItem } from '../message/inventory.ts'
import { decodeMessage, isKnownCommand, type Message } from '../message/message.ts'
import { sendFeeFilter } from '../relay/feeFilter.ts'
import type { TxDownload } from '../relay/txDownload.ts'
import { updateAvailability } from '../sync/availability.ts'
import type { BlockDownload } from '../sync/blockDownload.ts'
import type { HeadersSync } from '../sync/headersSync.ts'
import { serveBlockInventory, serveHeaders } from '../sync/serveChain.ts'
import { isBlockItem, isTxItem, serveData } from '../sync/serveData.ts'
import { computeClaimedWork, computeWorkThreshold } from '../sync/workThreshold.ts'
import { regulateReading, shiftInbox } from './inbox.ts'
import { receivePong, sendPing } from './keepalive.ts'
import type { Misbehavior } from './misbehavior.ts'
import type { Network } from './network.ts'
import type { Peer } from './peer.ts'

export interface Parts {
  readonly blocks: BlockDownload
  readonly headers: HeadersSync
  readonly transactions: TxDownload
}

/** What a list over its limit amounts to, by message. */
const OVERSIZED: Partial<Record<Message['command'], Misbehavior>> = {
  headers: 'too-many-headers',
  inv: 'too-many-inventory',
  getdata: 'too-many-inventory',
  notfound: 'too-many-inventory',
  addr: 'too-many-addresses',
  addrv2: 'too-many-addresses',
  getheaders: 'too-long-locator',
  getblocks: 'too-long-locator',
}

/**
 * Works off a peer's messages one after another. While the chain or the pool looks at something of the peer, or
 * something it asked for is being sent, its next message waits: an answer to `ping` says that all before is done.
 */
export class Dispatcher {
  readonly #network: Network
  readonly #parts: Parts

  constructor(network: Network, parts: Parts) {
    this.#network = network
    this.#parts = parts
  }

  work(peer: Peer): void {
    const { peers } = this.#network
    while (peers.get(peer.id) === peer && !peer.processing) {
      if (peer.getdata.length > 0) {
        serveData(this.#network, peer)
        if (peer.getdata.length > 0) break
      }
      if (this.#parts.transactions.processOrphan(peer)) break
      // Whoever does not read our answers gets no more of them.
      if (!this.#network.hasRoom(peer)) break
      const next = shiftInbox(peer)
      if (!next) break
      if (isKnownCommand(next.command)) this.#receive(peer, next.command, next.payload)
    }
    regulateReading(this.#network, peer)
  }

  #receive(peer: Peer, command: Message['command'], payload: Uint8Array): void {
    const decoded = decodeMessage(command, payload)
    if (decoded.ok) {
      this.#dispatch(peer, decoded.value)
      return
    }
    const { code, message } = decoded.error
    const oversized = code === 'too-many-items' ? OVERSIZED[command] : undefined
    this.#network.misbehaved(peer, oversized ?? 'undecodable-payload', `${command}: ${message}`)
  }

  #dispatch(peer: Peer, message: Message): void {
    if (message.command === 'version') receiveVersion(this.#network, peer, message)
    else if (peer.version === 0) this.#network.misbehaved(peer, 'message-before-version', message.command)
    else if (!peer.ready) this.#handshake(peer, message)
    else this.#established(peer, message)
  }

  #handshake(peer: Peer, message: Message): void {
    switch (message.command) {
      case 'verack':
        peer.ready = true
        this.#network.emit({ type: 'peer-ready', peer: peer.id })
        sendPing(this.#network, peer)
        sendFeeFilter(this.#network, peer)
        return
      case 'wtxidrelay':
        peer.wtxidRelay = true
        return
      case 'sendaddrv2':
        peer.wantsAddrv2 = true
        return
      case 'sendheaders':
        peer.prefersHeaders = true
        return
      default:
        this.#network.misbehaved(peer, 'message-before-verack', message.command)
    }
  }

  #established(peer: Peer, message: Exclude<Message, { command: 'version' }>): void {
    const network = this.#network
    switch (message.command) {
      case 'verack':
        network.misbehaved(peer, 'redundant-verack')
        return
      case 'wtxidrelay':
        network.misbehaved(peer, 'wtxidrelay-after-verack')
        return
      case 'sendaddrv2':
        network.misbehaved(peer, 'sendaddrv2-after-verack')
        return
      case 'sendheaders':
        peer.prefersHeaders = true
        return
      case 'sendcmpct':
        if (message.announce > 1) network.misbehaved(peer, 'invalid-sendcmpct')
        return
      case 'ping':
        network.send(peer, { command: 'pong', nonce: message.nonce })
        return
      case 'pong':
        receivePong(network, peer, message.nonce)
        return
      case 'feefilter':
        if (message.feeRate >= 0n) peer.feeFilter = message.feeRate
        return
      case 'getaddr':
        serveAddresses(network, peer)
        return
      case 'addr':
      case 'addrv2':
        learnAddresses(network, peer, message.addresses)
        return
      case 'inv':
        this.#inventory(peer, message.items)
        return
      case 'notfound':
        this.#parts.transactions.notFound(peer, message.items.filter(isTxItem))
        return
      case 'getdata':
        peer.getdata = [...message.items]
        return
      case 'getheaders':
        serveHeaders(network, peer, message)
        return
      case 'getblocks':
        serveBlockInventory(network, peer, message)
        return
      case 'headers':
        this.#parts.headers.received(peer, message.headers)
        return
      case 'block':
        this.#block(peer, message.block)
        return
      case 'tx':
        if (this.#refusesTransactions(peer)) network.misbehaved(peer, 'unwanted-transaction', 'tx')
        else this.#parts.transactions.received(peer, message.tx)
        return
      case 'mempool':
        network.misbehaved(peer, 'unwanted-mempool-request')
        return
      default:
        unreachable(message)
    }
  }

  #refusesTransactions(peer: Peer): boolean {
    return !this.#network.options.relayTransactions || peer.kind === 'block-relay-only'
  }

  #inventory(peer: Peer, items: readonly InventoryItem[]): void {
    const { chain } = this.#network
    const { blocks, headers, transactions } = this.#parts
    let unknown: InventoryItem | undefined
    for (const item of items) {
      if (isBlockItem(item)) {
        updateAvailability(chain, peer, item.hash as Parameters<typeof updateAvailability>[2])
        if (!chain.header(item.hash) && !blocks.isExpected(item.hash)) unknown = item
      } else if (isTxItem(item)) {
        if (this.#refusesTransactions(peer)) {
          this.#network.misbehaved(peer, 'unwanted-transaction', 'inv')
          return
        }
        transactions.announced(peer, item)
      }
    }
    // The last one is the newest: its headers lead over all the others.
    if (unknown) headers.request(peer, chain.bestHeader())
  }

  /** True for a block whose chain has too little work to keep even its header. */
  #isCheap({ header }: Block): boolean {
    const previous = this.#network.chain.header(header.previousBlockHash)
    if (!previous) return false
    return previous.chainWork + computeClaimedWork([header]) < computeWorkThreshold(this.#network)
  }

  #block(peer: Peer, block: Block): void {
    const hash = computeBlockHash(block.header)
    const requested = this.#parts.blocks.arrived(hash)
    if (!requested && this.#isCheap(block)) {
      this.#parts.blocks.processed(hash)
      this.#network.log(peer, 'block not accepted: too little work')
      return
    }
    peer.processing = { type: 'block', hash }
    this.#network.emit({ type: 'process-block', peer: peer.id, block, requested })
  }
}

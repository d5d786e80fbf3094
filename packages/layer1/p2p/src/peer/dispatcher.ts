import { unreachable } from '@ply/bytes'
import { isMoneyRange } from '@ply/primitives'
import { receiveAddresses } from '../address/addressGossip.ts'
import type { AddressResponses } from '../address/addressResponses.ts'
import type { AddressSending } from '../address/addressSending.ts'
import { receiveVersion } from '../handshake/handshake.ts'
import { isNegotiation, negotiate, type Negotiation } from '../handshake/negotiation.ts'
import { decodeMessage, isKnownCommand, type Message } from '../message/message.ts'
import { COMPACT_BLOCK_RELAY, COMPACT_BLOCKS_VERSION, MAX_LOCATOR, PONG_VERSION } from '../protocol.ts'
import { receiveBloomRequest } from '../relay/bloom/bloomRequests.ts'
import type { CompactBlocks } from '../relay/compact/compactBlocks.ts'
import type { RecentBlock } from '../relay/compact/recentBlock.ts'
import { loadFilters, requestCheckpoints, requestFilterHeaders, requestFilters } from '../relay/blockFilters.ts'
import { receiveTransactionsRequest } from '../relay/compact/serveBlockTransactions.ts'
import type { Inventory } from '../relay/inventory.ts'
import { requestMempool } from '../relay/mempoolRequest.ts'
import { announcePrivately, ignoresPrivately, noteReturned, servePrivately } from '../relay/private/privatePeer.ts'
import type { TxDownload } from '../relay/txDownload.ts'
import { settleReconciliation } from '../relay/reconciliation/reconciliation.ts'
import type { TxReception } from '../relay/txReception.ts'
import type { BlockDownload } from '../sync/blockDownload.ts'
import type { HeadersSync } from '../sync/headersSync.ts'
import { receiveBlock } from '../sync/receiveBlock.ts'
import { serveBlockInventory, serveHeaders } from '../sync/serveChain.ts'
import { describeItem, serveData } from '../sync/serveData.ts'
import { describeDecodeFailure } from './decodeFailure.ts'
import { connectionTypeName } from './connectionType.ts'
import { regulateReading, shiftInbox } from './inbox.ts'
import { receivePong } from './keepalive.ts'
import type { Misbehavior } from './misbehavior.ts'
import type { Network } from './network.ts'
import type { Peer } from './peer.ts'
import { sendPing } from './sendPing.ts'

export interface Parts {
  readonly blocks: BlockDownload
  readonly headers: HeadersSync
  readonly download: TxDownload
  readonly transactions: TxReception
  readonly inventory: Inventory
  readonly compact: CompactBlocks
  readonly recent: RecentBlock
  readonly addressResponses: AddressResponses
  readonly addressSending: AddressSending
}

/**
 * What one event may have done of a peer's messages: so many bytes, each message counted as some more. The rest has
 * its turn after what came from others meanwhile.
 */
const TURN = 200_000
const TURN_PER_MESSAGE = 5000

/** What a list over its limit amounts to, by message. */
const OVERSIZED: Partial<Record<Message['command'], Misbehavior>> = {
  headers: 'too-many-headers',
  inv: 'too-many-inventory',
  getdata: 'too-many-inventory',
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
    let left = TURN
    while (peers.get(peer.id) === peer && !this.#waits(peer)) {
      if (peer.getdata.length > 0) {
        serveData(this.#network, peer, this.#parts.recent)
        if (peer.getdata.length > 0) break
      }
      if (this.#parts.transactions.processOrphan(peer)) break
      // Whoever does not read our answers gets no more of them.
      if (!this.#network.hasRoom(peer)) break
      if (peer.filterRequest) {
        loadFilters(this.#network, peer, peer.filterRequest)
        break
      }
      if (left <= 0) {
        this.#askTurn(peer)
        break
      }
      const next = shiftInbox(peer)
      if (!next) break
      left -= next.payload.length + TURN_PER_MESSAGE
      this.#network.log(`received: ${next.command} (${next.payload.length} bytes) peer=${peer.id}`)
      if (this.#network.options.captureMessages) {
        this.#network.emit({ type: 'message-received', peer: peer.id, ...next })
      }
      const wasReady = peer.ready
      if (isKnownCommand(next.command)) this.#receive(peer, next.command, next.payload)
      if (peer.ready) this.#parts.headers.offerSendHeaders(peer)
      // What is due to a new peer comes before the answers to what it says next.
      if (peer.ready && !wasReady) {
        this.#askTurn(peer)
        break
      }
    }
    regulateReading(this.#network, peer)
  }

  #askTurn(peer: Peer): void {
    if (peer.turnAsked || peer.inbox.length === 0) return
    peer.turnAsked = true
    this.#network.emit({ type: 'next-turn', peer: peer.id })
  }

  /** True while something that the peer sent or asked for is with the shell. */
  #waits(peer: Peer): boolean {
    if (peer.processing || peer.loading || peer.loadingFilters) return true
    if (peer.processedBlocks.length > 0 && !this.#takesNextBlock(peer)) return true
    return this.#network.takesHeaders
  }

  /** In initial download, a block goes to the chain while those before it are still looked at; nothing else does. */
  #takesNextBlock(peer: Peer): boolean {
    if (peer.inbox[0]?.command !== 'block' || peer.getdata.length > 0 || peer.filterRequest) return false
    return this.#network.chain.isInitialBlockDownload() && this.#parts.blocks.hasRoomForNext
  }

  #receive(peer: Peer, command: Message['command'], payload: Uint8Array): void {
    // What nothing is done with is not even read: reading takes far more memory than the message.
    if (peer.ready && this.#ignores(peer, command, payload)) return
    const decoded = decodeMessage(command, payload)
    if (decoded.ok) {
      this.#dispatch(peer, decoded.value, payload.length)
      return
    }
    const { code, message } = decoded.error
    const oversized = code === 'too-many-items' ? OVERSIZED[command] : undefined
    if (oversized === undefined) this.#network.log(describeDecodeFailure(command, payload.length, decoded.error))
    else if (oversized !== 'too-long-locator') this.#network.misbehaved(peer, oversized, `${command} ${message}`)
    else this.#network.misbehaved(peer, oversized, `${command} locator ${message} > ${MAX_LOCATOR}`)
  }

  #ignores(peer: Peer, command: Message['command'], payload: Uint8Array): boolean {
    if (peer.kind === 'private-broadcast') return ignoresPrivately(this.#network, peer, command)
    if (command === 'tx') return this.#ignoresTransaction(peer, payload)
    if (command === 'cmpctblock') return this.#parts.compact.ignores(peer, payload)
    return command === 'blocktxn' && this.#parts.compact.ignoresTransactions(peer, payload)
  }

  /** Violation `unwanted-transaction`. */
  #ignoresTransaction(peer: Peer, payload: Uint8Array): boolean {
    const network = this.#network
    if (network.refusesTransactions(peer)) {
      network.misbehaved(peer, 'unwanted-transaction', 'transaction sent in violation of protocol')
      return true
    }
    if (network.chain.isInitialBlockDownload()) return true
    if (payload.length <= network.mempool.maxTransactionSize()) return false
    this.#parts.transactions.receivedTooLarge(peer, payload)
    return true
  }

  #dispatch(peer: Peer, message: Message, length: number): void {
    const network = this.#network
    const { command } = message
    if (command === 'version') {
      receiveVersion(network, peer, message)
    } else if (peer.version === 0) {
      network.log(`non-version message before version handshake. Message "${command}" from peer=${peer.id}`)
    } else if (command === 'verack') {
      this.#verack(peer)
    } else if (command === 'sendheaders') {
      peer.prefersHeaders = true
    } else if (command === 'sendcmpct') {
      this.#sendcmpct(peer, message)
    } else if (isNegotiation(message)) {
      negotiate(network, peer, message)
    } else if (!peer.ready) {
      network.log(`Unsupported message "${command}" prior to verack from peer=${peer.id}`)
    } else {
      this.#established(peer, message, length)
    }
  }

  #verack(peer: Peer): void {
    const network = this.#network
    if (peer.ready) {
      network.log(`ignoring redundant verack message from peer=${peer.id}`)
      return
    }
    peer.ready = true
    settleReconciliation(network, peer)
    const { version, transport } = peer
    const how = `transport: ${transport.protocol}, version: ${version}`
    const words = `New ${connectionTypeName(peer.kind)} peer connected: ${how}, ${network.describe(peer)}`
    // Anybody could fill the log by connecting to us.
    if (peer.inbound) network.log(words)
    else network.tell(words)
    network.emit({ type: 'peer-ready', peer: peer.id })
    if (peer.kind === 'private-broadcast') {
      announcePrivately(network, peer)
      return
    }
    if (peer.version >= COMPACT_BLOCKS_VERSION) {
      network.send(peer, { command: 'sendcmpct', announce: 0, version: COMPACT_BLOCK_RELAY })
    }
    sendPing(network, peer)
  }

  /** BIP 152. Violation `invalid-sendcmpct`. */
  #sendcmpct(peer: Peer, { announce, version }: Extract<Message, { command: 'sendcmpct' }>): void {
    if (announce > 1) {
      this.#network.misbehaved(peer, 'invalid-sendcmpct', 'invalid sendcmpct announce field')
      return
    }
    if (version !== COMPACT_BLOCK_RELAY) return
    peer.providesCompact = true
    peer.wantsCompact = announce === 1
  }

  #established(peer: Peer, message: EstablishedMessage, length: number): void {
    const network = this.#network
    const { blocks, compact, download, headers, inventory, recent, transactions } = this.#parts
    switch (message.command) {
      case 'ping':
        if (peer.version >= PONG_VERSION) network.send(peer, { command: 'pong', nonce: message.nonce })
        return
      case 'pong':
        receivePong(network, peer, message.nonce, length)
        return
      case 'feefilter':
        if (isMoneyRange(message.feeRate)) peer.feeFilter = message.feeRate
        return
      case 'getaddr':
        this.#parts.addressResponses.answer(peer, (address) => this.#parts.addressSending.push(peer, address))
        return
      case 'addr':
      case 'addrv2':
        receiveAddresses(network, peer, { told: message.addresses, relay: this.#parts.addressSending })
        return
      case 'inv':
        inventory.received(peer, message.items)
        return
      case 'notfound':
        download.notFound(peer, message.items)
        return
      case 'getdata':
        this.#getdata(peer, message)
        return
      case 'getheaders':
        serveHeaders(network, peer, message)
        return
      case 'getblocks':
        serveBlockInventory(network, peer, message)
        return
      case 'getblocktxn':
        receiveTransactionsRequest(network, peer, { recent, request: message })
        return
      case 'headers':
        headers.received(peer, message.headers)
        return
      case 'block':
        receiveBlock(network, blocks, { peer, block: message.block })
        return
      case 'cmpctblock':
        compact.received(peer, message)
        return
      case 'blocktxn':
        compact.transactions(peer, message)
        return
      case 'tx':
        noteReturned(network, peer, message.tx)
        transactions.received(peer, message.tx)
        return
      case 'getcfilters':
        requestFilters(network, peer, message)
        return
      case 'getcfheaders':
        requestFilterHeaders(network, peer, message)
        return
      case 'getcfcheckpt':
        requestCheckpoints(network, peer, message)
        return
      case 'cfilter':
      case 'cfheaders':
      case 'cfcheckpt':
      case 'merkleblock':
        // We ask for no filters and no filtered blocks: nobody answers us.
        return
      case 'mempool':
        requestMempool(network, peer)
        return
      case 'filterload':
      case 'filteradd':
      case 'filterclear':
        receiveBloomRequest(network, peer, message)
        return
      default:
        unreachable(message)
    }
  }

  #getdata(peer: Peer, { items }: Extract<Message, { command: 'getdata' }>): void {
    this.#network.log(`received getdata (${items.length} invsz) peer=${peer.id}`)
    const [first] = items
    if (first) this.#network.log(`received getdata for: ${describeItem(first)} peer=${peer.id}`)
    if (peer.kind === 'private-broadcast') servePrivately(this.#network, peer, items)
    else peer.getdata = [...items]
  }
}

/** Messages that mean nothing before `verack`. */
type EstablishedMessage = Exclude<
  Message,
  Negotiation | { readonly command: 'version' | 'verack' | 'sendheaders' | 'sendcmpct' }
>

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import * as ldk from 'lightningdevkit'
import { createLdkCore, type LdkCore } from './ldkCore.ts'

/** What an LDK node asks of the chain and the wallet around it. */
export interface LdkWorld {
  /** A signed transaction with one output of `value` satoshi to `scriptPubKey`; not yet broadcast. */
  fund(scriptPubKey: Uint8Array, value: bigint): Promise<Uint8Array>
  broadcast(transaction: Uint8Array): void
  readonly feeratePerKw: number
  /** Tip at which the node is born; hash in internal byte order. */
  readonly tip: { readonly hash: Uint8Array; readonly height: number }
  /** Seconds since the Unix epoch. */
  readonly now: number
}

export interface LdkOptions {
  readonly seed: Uint8Array
  readonly world: LdkWorld
  /** Whether channels that it opens are announced. */
  readonly announce?: boolean
}

let wasmLoaded: Promise<void> | undefined

function loadWasm(): Promise<void> {
  wasmLoaded ??= (async () => {
    const entry = createRequire(import.meta.url).resolve('lightningdevkit')
    await ldk.initializeWasmFromBinary(readFileSync(join(dirname(entry), 'liblightningjs.wasm')))
  })()
  return wasmLoaded
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** A class of events; LDK's constructors are private. */
interface EventClass<E> {
  readonly prototype: E
  [Symbol.hasInstance](value: unknown): boolean
}

/** A real LDK node over TCP on loopback, for tests against our own. */
export class LdkNode {
  readonly #core: LdkCore
  readonly #world: LdkWorld
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #nextDescriptor = 1n
  #events: ldk.Event[] = []
  #waiters: { match: (event: ldk.Event) => boolean; resolve: (event: ldk.Event) => void }[] = []
  /** Everything that happened, for a failing test's message. */
  readonly history: string[] = []
  #pumping = false

  private constructor(core: LdkCore, world: LdkWorld) {
    this.#core = core
    this.#world = world
  }

  static async create(options: LdkOptions): Promise<LdkNode> {
    await loadWasm()
    return new LdkNode(createLdkCore(options), options.world)
  }

  get id(): Uint8Array {
    return this.#core.channelManager.get_our_node_id()
  }

  /** Lines that LDK logged at warning level or above. */
  get complaints(): readonly string[] {
    return this.#core.complaints
  }

  /** Lets LDK send what it has to say and hands out its events; call after anything that may have moved it. */
  pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    try {
      for (let moved = true; moved;) {
        const seen: ldk.Event[] = []
        const handler = ldk.EventHandler.new_impl({
          handle_event: (event) => {
            seen.push(event)
            return ldk.Result_NoneReplayEventZ.constructor_ok()
          },
        })
        this.#core.channelManager.as_EventsProvider().process_pending_events(handler)
        this.#core.chainMonitor.as_EventsProvider().process_pending_events(handler)
        for (const event of seen) this.#react(event)
        this.#core.peerManager.process_events()
        moved = seen.length > 0
      }
    } finally {
      this.#pumping = false
    }
  }

  #react(event: ldk.Event): void {
    this.history.push(event.constructor.name.replace('Event_', ''))
    const manager = this.#core.channelManager
    if (event instanceof ldk.Event_FundingGenerationReady) {
      void this.#world.fund(event.output_script, event.channel_value_satoshis).then((transaction) => {
        manager.funding_transaction_generated(event.temporary_channel_id, event.counterparty_node_id, transaction)
        this.pump()
      })
    } else if (event instanceof ldk.Event_OpenChannelRequest) {
      manager.accept_inbound_channel(event.temporary_channel_id, event.counterparty_node_id, 42n)
    } else if (event instanceof ldk.Event_PendingHTLCsForwardable) {
      manager.process_pending_htlc_forwards()
    } else if (event instanceof ldk.Event_PaymentClaimable) {
      const { purpose } = event
      if (
        purpose instanceof ldk.PaymentPurpose_Bolt11InvoicePayment &&
        purpose.payment_preimage instanceof ldk.Option_ThirtyTwoBytesZ_Some
      ) {
        manager.claim_funds(purpose.payment_preimage.some)
      } else {
        manager.fail_htlc_backwards(event.payment_hash)
      }
    }
    const waiter = this.#waiters.find(({ match }) => match(event))
    if (waiter) {
      this.#waiters = this.#waiters.filter((other) => other !== waiter)
      waiter.resolve(event)
    } else {
      this.#events.push(event)
    }
  }

  /** The first event of this class, past or to come. */
  waitFor<E extends ldk.Event>(kind: EventClass<E>): Promise<E> {
    const index = this.#events.findIndex((event) => event instanceof kind)
    if (index >= 0) return Promise.resolve(this.#events.splice(index, 1)[0] as E)
    return new Promise((resolve) => {
      this.#waiters.push({
        match: (event) => event instanceof kind,
        resolve: (event) => {
          resolve(event as E)
        },
      })
    })
  }

  #attach(socket: Socket): ldk.SocketDescriptor {
    this.#sockets.add(socket)
    const id = this.#nextDescriptor++
    const descriptor = ldk.SocketDescriptor.new_impl({
      send_data(data, resumeRead) {
        if (resumeRead) socket.resume()
        if (data.length > 0) socket.write(Uint8Array.from(data))
        return data.length
      },
      disconnect_socket: () => void socket.destroy(),
      eq: (other) => other.hash() === id,
      hash: () => id,
    })
    socket.on('data', (data) => {
      const read = this.#core.peerManager.read_event(descriptor, new Uint8Array(data))
      if (!read.is_ok()) socket.destroy()
      this.pump()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#core.peerManager.socket_disconnected(descriptor)
      this.pump()
    })
    return descriptor
  }

  /** Listens on loopback; resolves with the port. */
  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server = createServer((socket) => {
        const accepted = this.#core.peerManager.new_inbound_connection(
          this.#attach(socket),
          ldk.Option_SocketAddressZ.constructor_none(),
        )
        if (!accepted.is_ok()) socket.destroy()
      })
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server?.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  }

  async connect(nodeId: Uint8Array, port: number): Promise<void> {
    const socket = connect(port, '127.0.0.1')
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const opened = this.#core.peerManager.new_outbound_connection(
      nodeId,
      this.#attach(socket),
      ldk.Option_SocketAddressZ.constructor_none(),
    )
    if (!(opened instanceof ldk.Result_CVec_u8ZPeerHandleErrorZ_OK)) throw new Error('LDK refused to connect')
    socket.write(opened.res)
  }

  /** True once the init messages with this peer were exchanged. */
  isConnected(nodeId: Uint8Array): boolean {
    return this.#core.peerManager.list_peers().some((peer) => same(peer.get_counterparty_node_id(), nodeId))
  }

  /** How many directions of channels gossip has told of. */
  knownEdges(): number {
    const graph = this.#core.graph.read_only()
    const channels = graph.list_channels().map((id) => graph.channel(id))
    const known = channels.map((c) => (c.get_one_to_two() ? 1 : 0) + (c.get_two_to_one() ? 1 : 0))
    graph.free()
    return known.reduce((sum, count) => sum + count, 0)
  }

  blockConnected(block: Uint8Array, height: number): void {
    this.#core.channelManager.as_Listen().block_connected(block, height)
    this.#core.chainMonitor.as_Listen().block_connected(block, height)
    this.pump()
  }

  openChannel(nodeId: Uint8Array, value: bigint, pushMsat: bigint): void {
    const opened = this.#core.channelManager.create_channel(nodeId, value, pushMsat, 7n, null as never, null as never)
    if (!opened.is_ok()) throw new Error('LDK refused to open a channel')
    this.pump()
  }

  channels(): ldk.ChannelDetails[] {
    return this.#core.channelManager.list_channels()
  }

  /** A BOLT 11 invoice of this node. */
  invoice(amountMsat: bigint, description: string): string {
    const made = ldk.UtilMethods.constructor_create_invoice_from_channelmanager(
      this.#core.channelManager,
      ldk.Option_u64Z.constructor_some(amountMsat),
      description,
      3600,
      ldk.Option_u16Z.constructor_none(),
    )
    if (!(made instanceof ldk.Result_Bolt11InvoiceSignOrCreationErrorZ_OK)) throw new Error('LDK made no invoice')
    return made.res.to_str()
  }

  /** Starts a payment; ends with `Event_PaymentSent` or `Event_PaymentFailed`. */
  pay(invoice: string): void {
    const parsed = ldk.Bolt11Invoice.constructor_from_str(invoice)
    if (!(parsed instanceof ldk.Result_Bolt11InvoiceParseOrSemanticErrorZ_OK))
      throw new Error('LDK rejects the invoice')
    const parameters = ldk.UtilMethods.constructor_payment_parameters_from_invoice(parsed.res)
    if (!(parameters instanceof ldk.Result_C3Tuple_ThirtyTwoBytesRecipientOnionFieldsRouteParametersZNoneZ_OK)) {
      throw new Error('LDK finds no payment parameters in the invoice')
    }
    const hash = parameters.res.get_a()
    const sent = this.#core.channelManager.send_payment(
      hash,
      parameters.res.get_b(),
      hash,
      parameters.res.get_c(),
      ldk.Retry.constructor_attempts(3),
    )
    if (!sent.is_ok()) throw new Error(`LDK refused to pay: ${this.complaints.at(-1) ?? ''}`)
    this.pump()
  }

  /** Starts a mutual close of the only channel with this peer. */
  closeChannel(nodeId: Uint8Array): void {
    const channel = this.channels().find((one) => same(one.get_counterparty().get_node_id(), nodeId))
    if (!channel) throw new Error('no channel to close')
    const closed = this.#core.channelManager.close_channel(channel.get_channel_id(), nodeId)
    if (!closed.is_ok()) throw new Error('LDK refused to close')
    this.pump()
  }

  /** One of LDK's own timers fired. */
  tick(): void {
    this.#core.channelManager.timer_tick_occurred()
    this.pump()
  }

  stop(): void {
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

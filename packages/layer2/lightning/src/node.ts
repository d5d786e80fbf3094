import { assert, bytesToHex } from '@ply/bytes'
import { type ChannelSigner, createSeedSigner } from '@ply/channel'
import { ecdsaSign, publicKeyFromSecret } from '@ply/crypto'
import { LiquidityMemory, NetworkGraph } from '@ply/routing'
import type { NodeId } from '@ply/wire'
import { onBlockConnected, onBlockDisconnected } from './chain.ts'
import { drive } from './channels/drive.ts'
import { onChannelNotice } from './channels/notices.ts'
import { onFundingAnswer } from './channels/opening.ts'
import { onCommand } from './commands.ts'
import type { NodeCore } from './core.ts'
import type { NodeEffect } from './effect.ts'
import type { NodeEvent } from './event.ts'
import { INVOICE_FEATURES, NODE_FEATURES } from './features.ts'
import { onFundingChecked } from './gossip/receive.ts'
import { forgetGone } from './htlc/resolve.ts'
import { onSettlement } from './htlc/settlement.ts'
import { onPeerConnected, onPeerDisconnected } from './peers/connection.ts'
import { onPeerMessage } from './peers/message.ts'
import { onStart } from './start.ts'
import type {
  ChannelView,
  InvoiceView,
  LightningNodeView,
  NodeConfig,
  NodeEnv,
  NodeTip,
  PaymentHashHex,
  PaymentView,
  PeerId,
  PeerView,
} from './state.ts'
import { onLoaded } from './store/loaded.ts'
import { onTick } from './tick.ts'
import { Turn } from './turn.ts'
import { type IsSpent, viewChannel, viewInvoice, viewPayment, viewPeers } from './views.ts'

/** An empty node. */
export function createCore(config: NodeConfig): NodeCore {
  const nodeId = publicKeyFromSecret(config.nodeSecret)
  assert(nodeId !== undefined, 'node secret out of range')
  return {
    config,
    nodeId: nodeId as NodeId,
    nodeKey: bytesToHex(nodeId),
    chainHash: config.network.genesisHash,
    features: NODE_FEATURES,
    invoiceFeatures: INVOICE_FEATURES,
    signer: createSeedSigner(config.channelSeed),
    sign: (hash) => {
      const signature = ecdsaSign(hash, config.nodeSecret)
      assert(signature !== undefined, 'node secret out of range')
      return signature
    },
    tip: undefined,
    peers: new Map(),
    peerRecords: new Map(),
    reconnects: new Map(),
    connectRequests: new Map(),
    channels: new Map(),
    byWireId: new Map(),
    byChannelId: new Map(),
    byShortId: new Map(),
    nextOpening: 0,
    incoming: new Map(),
    outgoing: new Map(),
    held: new Map(),
    payments: new Map(),
    paymentHints: new Map(),
    invoices: new Map(),
    graph: new NetworkGraph(NODE_FEATURES),
    liquidity: new LiquidityMemory(),
    gossip: { awaited: new Map(), outbox: [], flushedAt: 0 },
    nodeAnnouncedAt: 0,
    maintainedAt: 0,
  }
}

function dispatch(turn: Turn, event: NodeEvent): void {
  switch (event.type) {
    case 'start':
      onStart(turn)
      return
    case 'tick':
      onTick(turn)
      return
    case 'peer-connected':
      onPeerConnected(turn, event)
      return
    case 'peer-disconnected':
      onPeerDisconnected(turn, event.peer)
      return
    case 'peer-message':
      onPeerMessage(turn, event.peer, event.bytes)
      return
    case 'block-connected':
      onBlockConnected(turn, event)
      return
    case 'block-disconnected':
      onBlockDisconnected(turn, event)
      return
    case 'funding-checked':
      onFundingChecked(turn, event)
      return
    case 'funding-created':
    case 'funding-failed':
      onFundingAnswer(turn, event)
      return
    case 'loaded':
      onLoaded(turn, event)
      return
    case 'command':
      onCommand(turn, event.requestId, event.command)
      return
  }
}

/** Outcomes of channels may move other channels, and their updates want to be signed: until all is quiet. */
function settle(turn: Turn): void {
  for (;;) {
    const outcome = turn.outcomes.shift()
    if (outcome) {
      const { entry, effect } = outcome
      if (effect.type === 'settle') onSettlement(turn, entry, effect.settlement)
      else onChannelNotice(turn, entry, effect.notification)
      continue
    }
    const [next] = turn.toCommit
    if (!next) break
    turn.toCommit.delete(next)
    drive(turn, next, { type: 'commit' })
  }
  for (const entry of turn.touched) forgetGone(turn, entry)
}

/**
 * One Lightning node as a machine without I/O (BOLT 2, 4, 7): events in, effects out. It is deterministic, and what it
 * wants stored after each event is enough to go on after a crash at any point: see `restoreNode`.
 */
export class LightningNode implements LightningNodeView {
  readonly #core: NodeCore

  constructor(core: NodeCore) {
    this.#core = core
  }

  get nodeId(): PeerId {
    return this.#core.nodeKey
  }

  get tip(): NodeTip | undefined {
    return this.#core.tip
  }

  /** Signs for the channels' keys: the shell needs it for anchors. */
  get signer(): ChannelSigner {
    return this.#core.signer
  }

  /** The public network as this node knows it; not to be changed. */
  get graph(): NetworkGraph {
    return this.#core.graph
  }

  /** Takes one event in and says what is to be done, in order; the whole of it is one atomic change. */
  handle(event: NodeEvent, env: NodeEnv): readonly NodeEffect[] {
    const turn = new Turn(this.#core, env)
    dispatch(turn, event)
    settle(turn)
    return turn.finish()
  }

  peers(): readonly PeerView[] {
    return viewPeers(this.#core)
  }

  /**
   * Channels from the funding output on. `isSpent` says which outputs are spent by a transaction that the wallet counts
   * although it waits for a block, so that nothing of a closing channel is counted twice.
   */
  channels(isSpent?: IsSpent): readonly ChannelView[] {
    return [...this.#core.channels.values()].flatMap((entry) => viewChannel(this.#core, entry, isSpent) ?? [])
  }

  invoices(now: number): readonly InvoiceView[] {
    return [...this.#core.invoices.values()].map((invoice) => viewInvoice(invoice, now))
  }

  payments(): readonly PaymentView[] {
    return [...this.#core.payments.values()].map(viewPayment)
  }

  payment(paymentHash: PaymentHashHex): PaymentView | undefined {
    const payment = this.#core.payments.get(paymentHash)
    return payment && viewPayment(payment)
  }
}

/** A node that has never run. */
export const createNode = (config: NodeConfig): LightningNode => new LightningNode(createCore(config))

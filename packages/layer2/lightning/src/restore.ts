import { bytesToHex, DecodeError, err, ok, type Result } from '@ply/bytes'
import { restoredState, type RestingState, decodeState } from '@ply/channel'
import { blockHeight, type BlockHash } from '@ply/primitives'
import { decodeMessage } from '@ply/wire'
import { tipCodec } from './chain.ts'
import { type ChannelRecord, channelRecordCodec } from './channels/channelRecord.ts'
import { findByKey, indexChannel } from './channels/registry.ts'
import type { NodeCore } from './core.ts'
import { restoreGraphChannel, restoreGraphMessage } from './gossip/graphStore.ts'
import { htlcKey, incomingHtlcCodec } from './htlc/incomingHtlc.ts'
import { storedInvoiceCodec } from './invoices/storedInvoice.ts'
import { createCore, LightningNode } from './node.ts'
import { paymentCodec } from './payments/payment.ts'
import { peerRecordCodec } from './peers/peerRecord.ts'
import type { NodeConfig } from './state.ts'
import { idOfKey, prefixOf } from './store/keys.ts'

/** An entry of the store as the machine wrote it. */
export type StoredEntry = readonly [key: Uint8Array, value: Uint8Array]

/** What could not be read, so that the node must not start: the key's letter and why. */
export interface RestoreError {
  readonly key: string
  readonly error: DecodeError
}

interface Loaded {
  readonly states: Map<string, RestingState>
  readonly records: Map<string, ChannelRecord>
  /** Graph updates and nodes, which need their channels first. */
  readonly messages: Uint8Array[]
}

function keep<T>(decoded: Result<T, DecodeError>, use: (value: T) => void): Result<void, DecodeError> {
  if (!decoded.ok) return decoded
  use(decoded.value)
  return ok(undefined)
}

function restoreEntry(core: NodeCore, loaded: Loaded, [key, value]: StoredEntry): Result<void, DecodeError> {
  const prefix = prefixOf(key)
  const id = idOfKey(key)
  switch (prefix) {
    case 'tip':
      return keep(tipCodec.decode(value), ({ height, hash }) => {
        core.tip = { height: blockHeight(height), hash: hash as BlockHash }
      })
    case 'channel':
      return keep(decodeState(value), (state) => loaded.states.set(id, state))
    case 'channelRecord':
      return keep(channelRecordCodec.decode(value), (record) => loaded.records.set(id, record))
    case 'incoming':
      return keep(incomingHtlcCodec.decode(value), (htlc) => core.incoming.set(htlcKey(htlc.channel, htlc.id), htlc))
    case 'payment':
      return keep(paymentCodec.decode(value), (payment) => core.payments.set(payment.paymentHash, payment))
    case 'invoice':
      return keep(storedInvoiceCodec.decode(value), (invoice) => core.invoices.set(invoice.paymentHash, invoice))
    case 'peer':
      return keep(peerRecordCodec.decode(value), (record) => core.peerRecords.set(id, record))
    case 'graphChannel':
      return restoreGraphChannel(core.graph, value)
    case 'graphUpdate':
    case 'graphNode':
      loaded.messages.push(value)
      return ok(undefined)
    case 'htlcHistory':
    case undefined:
      return ok(undefined)
  }
}

function restoreChannels(core: NodeCore, { states, records }: Loaded): Result<void, RestoreError> {
  for (const [key, resting] of states) {
    const record = records.get(key)
    if (!record) return err({ key, error: new DecodeError('missing-entry', 'a channel without its record') })
    const update = record.remoteUpdate && decodeMessage(record.remoteUpdate)
    indexChannel(core, {
      handle: key,
      peer: record.peer,
      state: restoredState(resting),
      record,
      wireId: key,
      funded: true,
      startedAt: 0,
      openRequest: undefined,
      fundingHeld: false,
      previousPolicy: undefined,
      pausedAt: undefined,
      usable: false,
      announceable: false,
      signaturesSent: false,
      ownUpdate: undefined,
      remoteUpdate: update?.ok && update.value.type === 'channel_update' ? update.value : undefined,
      incoming: new Set(),
    })
  }
  return ok(undefined)
}

/** Who waits for what, told again from the records. */
function restoreHtlcs(core: NodeCore): void {
  for (const [key, htlc] of core.incoming) {
    findByKey(core, htlc.channel)?.incoming.add(key)
    const { disposition } = htlc
    if (disposition.type === 'forwarded') {
      core.outgoing.set(htlcKey(disposition.channel, disposition.id), { type: 'forward', incoming: key })
    }
    if (disposition.type === 'held') {
      const hash = bytesToHex(htlc.paymentHash)
      core.held.set(hash, [...(core.held.get(hash) ?? []), key])
    }
  }
  for (const payment of core.payments.values()) {
    for (const attempt of payment.attempts) {
      if (attempt.state !== 'in-flight') continue
      core.outgoing.set(htlcKey(attempt.channel, attempt.id), { type: 'payment', paymentHash: payment.paymentHash })
    }
  }
}

/**
 * The node as it was when the last batch was stored. `entries` are all that `persist` effects wrote, in any order;
 * those of the HTLC history may be left out. The next event must be `start`.
 */
export function restoreNode(config: NodeConfig, entries: Iterable<StoredEntry>): Result<LightningNode, RestoreError> {
  const core = createCore(config)
  const loaded: Loaded = { states: new Map(), records: new Map(), messages: [] }
  for (const entry of entries) {
    const restored = restoreEntry(core, loaded, entry)
    if (!restored.ok) return err({ key: bytesToHex(entry[0]), error: restored.error })
  }
  for (const message of loaded.messages) {
    const restored = restoreGraphMessage(core.graph, message)
    if (!restored.ok) return err({ key: 'graph', error: restored.error })
  }
  const channels = restoreChannels(core, loaded)
  if (!channels.ok) return channels
  restoreHtlcs(core)
  core.nodeAnnouncedAt = core.graph.node(core.nodeKey)?.announcement?.timestamp ?? 0
  return ok(new LightningNode(core))
}

import { decodeHex } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import { onCloseChannel } from './channels/closing.ts'
import { onOpenChannel } from './channels/opening.ts'
import { channelsWith, findByKey, storeRecord } from './channels/registry.ts'
import type { Command } from './command.ts'
import { publishUpdate } from './gossip/ownChannels.ts'
import { onCreateInvoice } from './invoices/createInvoice.ts'
import { onKeysend, onPayInvoice } from './payments/pay.ts'
import { rememberAddress, storePeer } from './peers/connection.ts'
import { connectDeadline } from './peers/upkeep.ts'
import type { RequestId } from './state.ts'
import type { Turn } from './turn.ts'

/** BOLT 7: payers who have not heard of new terms may use the old ones for ten minutes. */
const POLICY_GRACE = 600

type Connect = Extract<Command, { readonly type: 'connect' }>
type Disconnect = Extract<Command, { readonly type: 'disconnect' }>
type SetPolicy = Extract<Command, { readonly type: 'set-channel-policy' }>

/** What the user asked for. */
export function onCommand(turn: Turn, requestId: RequestId, command: Command): void {
  switch (command.type) {
    case 'connect':
      onConnect(turn, requestId, command)
      return
    case 'disconnect':
      onDisconnect(turn, requestId, command)
      return
    case 'open-channel':
      onOpenChannel(turn, requestId, command)
      return
    case 'close-channel':
      onCloseChannel(turn, requestId, command)
      return
    case 'create-invoice':
      onCreateInvoice(turn, requestId, command)
      return
    case 'pay-invoice':
      onPayInvoice(turn, requestId, command)
      return
    case 'keysend':
      onKeysend(turn, requestId, command)
      return
    case 'set-channel-policy':
      onSetPolicy(turn, requestId, command)
      return
  }
}

function isNodeId(text: string): boolean {
  const bytes = decodeHex(text)
  return bytes.ok && bytes.value.length === 33 && text === text.toLowerCase() && isPublicKey(bytes.value)
}

function onConnect(turn: Turn, requestId: RequestId, { peer, address }: Connect): void {
  const { core, env } = turn
  if (!isNodeId(peer) || peer === core.nodeKey) {
    turn.refuse(requestId, 'unknown-peer', `not the id of another node: ${peer}`)
    return
  }
  rememberAddress(turn, peer, address, true)
  if (core.peers.get(peer)?.features) {
    turn.reply(requestId, { type: 'connect', peer })
    return
  }
  const waiting = core.connectRequests.get(peer) ?? []
  core.connectRequests.set(peer, [...waiting, { requestId, deadline: connectDeadline(env.now) }])
  if (!core.peers.has(peer)) turn.effect({ type: 'connect', peer, addresses: [address] })
}

function onDisconnect(turn: Turn, requestId: RequestId, { peer, force = false }: Disconnect): void {
  const { core } = turn
  const record = core.peerRecords.get(peer)
  if (!record && !core.peers.has(peer)) {
    turn.refuse(requestId, 'unknown-peer', peer)
    return
  }
  if (!force && channelsWith(core, peer).length > 0) {
    turn.refuse(requestId, 'peer-has-channels', 'close the channels first, or use force')
    return
  }
  if (record) storePeer(turn, peer, { ...record, wanted: false })
  if (core.peers.has(peer)) turn.effect({ type: 'disconnect', peer, reason: 'asked for by the user' })
  turn.reply(requestId, { type: 'disconnect', peer })
}

function onSetPolicy(turn: Turn, requestId: RequestId, { channel, policy }: SetPolicy): void {
  const entry = findByKey(turn.core, channel)
  if (!entry) {
    turn.refuse(requestId, 'unknown-channel', channel)
    return
  }
  entry.previousPolicy = { policy: entry.record.policy, until: turn.env.now + POLICY_GRACE }
  entry.record = { ...entry.record, policy }
  storeRecord(turn, entry)
  // Without a connection it is said when the channel is ready again.
  if (entry.usable) publishUpdate(turn, entry)
  else entry.ownUpdate = undefined
  turn.reply(requestId, { type: 'set-channel-policy', channel })
}

import { blockHeight } from '@ply/primitives'
import { drive } from './channels/drive.ts'
import { channelIn } from './channels/channelEntry.ts'
import type { NodeEvent } from './event.ts'
import { removeGraphChannels } from './gossip/graphStore.ts'
import { expireHeldParts } from './htlc/final.ts'
import { stored, struct, bytes32, u32 } from './store/fields.ts'
import { tipKey } from './store/keys.ts'
import type { Turn } from './turn.ts'
import type { BlockHash } from '@ply/primitives'

/** The last block seen, as it is stored. */
export const tipCodec = stored(struct({ height: u32, hash: bytes32 }))

function setTip(turn: Turn, height: number, hash: BlockHash): void {
  turn.core.tip = { height: blockHeight(height), hash }
  turn.put(tipKey, () => tipCodec.encode({ height, hash }))
}

/** One block more: channels see it, spent channels leave the graph, deadlines come nearer. */
export function onBlockConnected(turn: Turn, event: Extract<NodeEvent, { readonly type: 'block-connected' }>): void {
  const { core } = turn
  const { height, hash, transactions } = event
  setTip(turn, height, hash)
  for (const entry of [...core.channels.values()]) drive(turn, entry, { type: 'block-connected', height, transactions })
  for (const { transaction } of transactions) {
    for (const { prevout } of transaction.inputs) core.graph.spendFunding(prevout, height)
  }
  removeGraphChannels(turn, core.graph.pruneSpent(height))
  expireHeldParts(turn)
  adjustFeerates(turn)
}

export function onBlockDisconnected(
  turn: Turn,
  { height, previousHash }: Extract<NodeEvent, { readonly type: 'block-disconnected' }>,
): void {
  const { core } = turn
  setTip(turn, height - 1, previousHash)
  for (const entry of [...core.channels.values()]) drive(turn, entry, { type: 'block-disconnected', height })
  core.graph.unspendFrom(height)
}

/** Our own channels pay the going rate, without following every swing of it (BOLT 2, update_fee). */
function adjustFeerates(turn: Turn): void {
  const { core, env } = turn
  const wanted = Math.max(env.feerates.normal, env.feerates.minimum)
  for (const entry of core.channels.values()) {
    const channel = channelIn(entry)
    if (!channel?.isOpener || !entry.usable) continue
    const { feeratePerKw } = channel.commitments.localCommit.spec
    if (wanted <= feeratePerKw * 1.5 && wanted >= feeratePerKw / 2) continue
    drive(turn, entry, { type: 'update-fee', feeratePerKw: wanted })
    turn.toCommit.add(entry)
  }
}

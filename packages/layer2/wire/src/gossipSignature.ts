import { assert } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { encodeMessage } from './message.ts'
import type { GossipMessage } from './message/gossip.ts'

const SIGNATURE_SIZE = 64
const SIGNATURES = { channel_announcement: 4, node_announcement: 1, channel_update: 1 } as const

/** The bytes that the signatures of a gossip message cover: everything behind them, unknown fields too (BOLT 7). */
export function gossipSignedBytes(message: GossipMessage): Uint8Array {
  const start = 2 + SIGNATURES[message.type] * SIGNATURE_SIZE
  const bytes = encodeMessage(message)
  assert(bytes.length > start, 'gossip message shorter than its signatures')
  return bytes.subarray(start)
}

/** Double SHA256 of {@link gossipSignedBytes}: what is signed. */
export const gossipSignatureHash = (message: GossipMessage): Uint8Array => hash256(gossipSignedBytes(message))

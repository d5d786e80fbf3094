import { compareBytes, concatBytes, equalBytes, err, ok, type Result } from '@ply/bytes'
import { ecdsaVerify, sha256 } from '@ply/crypto'
import { type BlockHash, witnessProgramScript } from '@ply/primitives'
import { type ChannelAnnouncement, gossipSignatureHash, type ShortChannelId } from '@ply/wire'
import { type GossipViolation, gossipViolation } from '../violation.ts'

const OP_2 = 0x52
const OP_CHECKMULTISIG = 0xae
const PUSH_33 = 33

/** scriptPubKey of a funding output: P2WSH of 2-of-2 over the two keys in ascending order (BOLT 3). */
export function computeFundingScript(key1: Uint8Array, key2: Uint8Array): Uint8Array {
  const [low, high] = compareBytes(key1, key2) < 0 ? [key1, key2] : [key2, key1]
  const push = Uint8Array.of(PUSH_33)
  const script = concatBytes(Uint8Array.of(OP_2), push, low, push, high, Uint8Array.of(OP_2, OP_CHECKMULTISIG))
  return witnessProgramScript({ version: 0, program: sha256(script) })
}

/** An announcement whose signatures are right. Only the chain can tell whether the output is there, and unspent. */
export interface PendingChannel {
  readonly announcement: ChannelAnnouncement
  readonly shortChannelId: ShortChannelId
  /** What the output at `shortChannelId` has to pay to. */
  readonly fundingScript: Uint8Array
}

/**
 * The rules of BOLT 7 for `channel_announcement` that need no chain. Violations: `unknown-chain`,
 * `node-ids-not-ascending`, `invalid-signature`.
 */
export function checkChannelAnnouncement(
  announcement: ChannelAnnouncement,
  chainHash: BlockHash,
): Result<PendingChannel, GossipViolation> {
  if (!equalBytes(announcement.chainHash, chainHash)) return err(gossipViolation('unknown-chain', 'another chain'))
  const { nodeId1, nodeId2, bitcoinKey1, bitcoinKey2 } = announcement
  if (compareBytes(nodeId1, nodeId2) >= 0)
    return err(gossipViolation('node-ids-not-ascending', 'node ids out of order'))
  const hash = gossipSignatureHash(announcement)
  const signatures = [
    ['node_signature_1', announcement.nodeSignature1, nodeId1],
    ['node_signature_2', announcement.nodeSignature2, nodeId2],
    ['bitcoin_signature_1', announcement.bitcoinSignature1, bitcoinKey1],
    ['bitcoin_signature_2', announcement.bitcoinSignature2, bitcoinKey2],
  ] as const
  for (const [name, signature, key] of signatures) {
    if (!ecdsaVerify(hash, signature, key)) return err(gossipViolation('invalid-signature', name))
  }
  const fundingScript = computeFundingScript(bitcoinKey1, bitcoinKey2)
  return ok({ announcement, shortChannelId: announcement.shortChannelId, fundingScript })
}

import { err, ok, type Result } from '@ply/bytes'
import { ecdsaVerify } from '@ply/crypto'
import { gossipSignatureHash, type NodeAnnouncement } from '@ply/wire'
import { type GossipViolation, gossipViolation } from '../violation.ts'
import { MAX_TIMESTAMP_AHEAD } from './channelUpdate.ts'

/**
 * The rules of BOLT 7 for `node_announcement` of a node that has a channel. Violations: `stale-timestamp`,
 * `timestamp-in-future`, `invalid-signature`.
 */
export function checkNodeAnnouncement(
  announcement: NodeAnnouncement,
  { lastTimestamp, now }: { readonly lastTimestamp: number | undefined; readonly now: number },
): Result<void, GossipViolation> {
  const { timestamp } = announcement
  if (lastTimestamp !== undefined && timestamp <= lastTimestamp) {
    return err(gossipViolation('stale-timestamp', `${timestamp}, not after ${lastTimestamp}`))
  }
  if (timestamp > now + MAX_TIMESTAMP_AHEAD) {
    return err(gossipViolation('timestamp-in-future', `${timestamp - now} seconds ahead`))
  }
  if (!ecdsaVerify(gossipSignatureHash(announcement), announcement.signature, announcement.nodeId)) {
    return err(gossipViolation('invalid-signature', 'node_announcement'))
  }
  return ok(undefined)
}

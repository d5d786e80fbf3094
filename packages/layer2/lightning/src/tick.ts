import { isDisabled } from '@ply/routing'
import { channelIn, realShortId } from './channels/channelEntry.ts'
import { expireOpenings } from './channels/opening.ts'
import { removeGraphChannels } from './gossip/graphStore.ts'
import { announceNode, publishUpdate } from './gossip/ownChannels.ts'
import { drainBacklogs, flushRelay } from './gossip/relay.ts'
import { expireHeldParts } from './htlc/final.ts'
import { expireConnectRequests, pingPeers, reconnectPeers } from './peers/upkeep.ts'
import type { Turn } from './turn.ts'

const HOUR = 3600
/** Our own updates are said again before others would take the channel for dead (two weeks). */
const REFRESH_AFTER = 7 * 24 * HOUR

/** Time has passed. */
export function onTick(turn: Turn): void {
  pingPeers(turn)
  reconnectPeers(turn)
  expireConnectRequests(turn)
  expireHeldParts(turn)
  expireOpenings(turn)
  drainBacklogs(turn)
  flushRelay(turn)
  disableAbsent(turn)
  maintain(turn)
}

/** A short absence is nobody's business; after a longer one payers shall not try the channel any more. */
const DISABLE_AFTER = 600

function disableAbsent(turn: Turn): void {
  const { core, env } = turn
  for (const entry of core.channels.values()) {
    const { pausedAt, ownUpdate, record } = entry
    if (pausedAt === undefined || env.now < pausedAt + DISABLE_AFTER || !record.announced) continue
    if (channelIn(entry) && !(ownUpdate && isDisabled(ownUpdate))) publishUpdate(turn, entry, true)
  }
}

/** Once an hour: what is old is forgotten, what is ours is refreshed. */
function maintain(turn: Turn): void {
  const { core, env } = turn
  if (env.now < core.maintainedAt + HOUR) return
  const first = core.maintainedAt === 0
  core.maintainedAt = env.now
  core.liquidity.prune(env.now)
  removeGraphChannels(turn, core.graph.pruneStale(env.now, core.nodeKey))
  if (first) return
  let refreshed = false
  for (const entry of core.channels.values()) {
    if (!entry.usable || !entry.record.announced || realShortId(entry) === undefined) continue
    if (env.now < entry.record.lastUpdateAt + REFRESH_AFTER) continue
    publishUpdate(turn, entry)
    refreshed = true
  }
  if (refreshed) announceNode(turn)
}

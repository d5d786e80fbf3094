import { computeEquivalentTime } from '@ply/consensus'
import { type BlockHash, encodeTransaction, hashToDisplay } from '@ply/primitives'
import type { InventoryItem } from '../message/inventory.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { RecentBlock } from '../relay/compact/recentBlock.ts'
import {
  MSG_BLOCK,
  MSG_CMPCT_BLOCK,
  MSG_FILTERED_BLOCK,
  MSG_TX,
  MSG_WITNESS_FLAG,
  MSG_WTX,
  NODE_NETWORK,
  NODE_NETWORK_LIMITED,
} from '../protocol.ts'
import type { HeaderEntry } from '../views.ts'
import { isNearTip } from './blockDownload.ts'
import { isActive } from './locator.ts'

/** Blocks aside the active chain are given out for a month: who asks for older ones wants to know who we are. */
const STALE_AGE = 30 * 24 * 3600
/** Seconds. */
const HISTORICAL_AGE = 7 * 24 * 3600
/** A node without old blocks keeps 288; two more for blocks found meanwhile. Nothing shows how many it has in truth. */
const LIMITED_BLOCKS = 290
/** Deeper blocks are sent whole to who asked for the compact form: no pool has their transactions. */
const MAX_COMPACT_DEPTH = 5

/**
 * Goes on with the peer's `getdata` until it waits for a block, for room in the send buffer, or is done.
 * One block is loaded at a time: a peer cannot make us hold more than that.
 */
export function serveData(network: Network, peer: Peer, recent: RecentBlock): void {
  while (network.hasRoom(peer) && !peer.loading && peer.getdataNext < peer.getdata.length) {
    const before = peer.getdata[peer.getdataNext - 1]
    if (before && !isTxItem(before)) tellNotFound(network, peer)
    const item = peer.getdata[peer.getdataNext++]!
    if (isTxItem(item)) serveTransaction(network, peer, { item, recent })
    else if (isBlockItem(item)) startBlock(network, peer, { item, recent })
    if (!network.peers.has(peer.id)) return
  }
  if (peer.loading || peer.getdataNext < peer.getdata.length) return
  peer.getdata = []
  peer.getdataNext = 0
  tellNotFound(network, peer)
}

/** Of the transactions up to a block or anything else that is no transaction, what we do not have. */
function tellNotFound(network: Network, peer: Peer): void {
  if (peer.notFound.length > 0) network.send(peer, { command: 'notfound', items: peer.notFound })
  peer.notFound = []
}

const BLOCK_ITEMS: ReadonlySet<number> = new Set([
  MSG_BLOCK,
  MSG_BLOCK | MSG_WITNESS_FLAG,
  MSG_FILTERED_BLOCK,
  MSG_CMPCT_BLOCK,
])

/** How else than whole a block is sent. */
const FORMS: ReadonlyMap<number, 'stripped' | 'filtered'> = new Map([
  [MSG_BLOCK, 'stripped'],
  [MSG_FILTERED_BLOCK, 'filtered'],
])

function isBlockItem(item: InventoryItem): boolean {
  return BLOCK_ITEMS.has(item.type)
}

export const isTxItem = (item: InventoryItem): boolean =>
  item.type === MSG_WTX || item.type === MSG_TX || item.type === (MSG_TX | MSG_WITNESS_FLAG)

/** True for a block of the active chain, and for one beside it that was valid and is not old. */
export function mayServe({ chain, options }: Network, entry: HeaderEntry): boolean {
  if (isActive(chain, entry)) return true
  const best = chain.bestHeader()
  if (!chain.wasConnected(entry.hash) || chain.isInvalid(entry.hash)) return false
  const age = best.header.time - entry.header.time
  const work = { from: entry.chainWork, to: best.chainWork }
  return age < STALE_AGE && computeEquivalentTime(work, best.header.bits, options.targetSpacing) < STALE_AGE
}

interface Request {
  readonly item: InventoryItem
  readonly recent: RecentBlock
}

/** True for a block so old that only who catches up asks for it. */
const isHistorical = ({ chain }: Network, entry: HeaderEntry): boolean =>
  chain.bestHeader().header.time - entry.header.time > HISTORICAL_AGE

/** A block that we do not have is passed over in silence, as the network does. Violations `old-block-request`, `upload-target-reached`. */
function startBlock(network: Network, peer: Peer, { item, recent }: Request): void {
  const { chain, services } = network
  const hash = item.hash as BlockHash
  const entry = chain.header(hash)
  if (!entry) return
  if (!mayServe(network, entry)) {
    network.log(`ignoring request from peer=${peer.id} for old block that isn't in the main chain`)
    return
  }
  const limitedWay = item.type === MSG_FILTERED_BLOCK || isHistorical(network, entry)
  if (limitedWay && !network.upload.state(network.now).servesHistory) {
    if (!peer.permissions.has('download')) {
      network.misbehaved(peer, 'upload-target-reached', 'historical block serving limit reached')
      return
    }
  }
  const tip = chain.tip()
  const limited = (services & NODE_NETWORK) === 0n && (services & NODE_NETWORK_LIMITED) !== 0n
  if (limited && !peer.noBan && tip.height - entry.height > LIMITED_BLOCKS) {
    network.misbehaved(peer, 'old-block-request', 'Ignore block request below NODE_NETWORK_LIMITED threshold')
    return
  }
  if (!chain.hasBlock(hash)) return
  const compact = item.type === MSG_CMPCT_BLOCK && isNearTip(network) && entry.height >= tip.height - MAX_COMPACT_DEPTH
  const payload = compact ? recent.compact(hash) : undefined
  if (payload) {
    network.sendPayload(peer, 'cmpctblock', payload)
    return
  }
  peer.loading = { hash, as: compact ? 'compact' : (FORMS.get(item.type) ?? 'block') }
  network.emit({ type: 'load-block', peer: peer.id, hash })
}

function serveTransaction(network: Network, peer: Peer, { item, recent }: Request): void {
  if (!peer.mayRelayTransactions) return
  const { mempool } = network
  const entry = item.type === MSG_WTX ? mempool.byWtxid(item.hash) : mempool.byTxid(item.hash)
  // What came after the last announcement is not given out: asking must not reveal when it came to us.
  const isTold = entry !== undefined && entry.sequence < peer.lastTrickleSequence
  const tx = isTold ? entry.tx : recent.transaction(item.hash)
  if (!tx) {
    peer.notFound.push(item)
    return
  }
  network.sendPayload(peer, 'tx', encodeTransaction(tx, item.type !== MSG_TX))
  network.emit({ type: 'tx-sent', peer: peer.id, tx })
}

/** How an item of an inventory is shown. */
export function describeItem({ type, hash }: InventoryItem): string {
  const names: Readonly<Record<number, string>> = {
    [MSG_TX]: 'tx',
    [MSG_TX | MSG_WITNESS_FLAG]: 'witness-tx',
    [MSG_WTX]: 'wtx',
    [MSG_BLOCK]: 'block',
    [MSG_BLOCK | MSG_WITNESS_FLAG]: 'witness-block',
    [MSG_FILTERED_BLOCK]: 'merkleblock',
    [MSG_CMPCT_BLOCK]: 'cmpctblock',
  }
  return `${names[type] ?? `0x${type.toString(16).padStart(8, '0')}`} ${hashToDisplay(hash)}`
}

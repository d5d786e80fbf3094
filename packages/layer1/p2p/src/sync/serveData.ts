import type { BlockHash } from '@ply/primitives'
import { bytesToHex } from '@ply/bytes'
import { computeWtxid, encodeTransaction } from '@ply/primitives'
import type { InventoryItem } from '../message/inventory.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MSG_BLOCK, MSG_CMPCT_BLOCK, MSG_TX, MSG_WITNESS_FLAG, MSG_WTX } from '../protocol.ts'

/**
 * Goes on with the peer's `getdata` until it waits for a block, for room in the send buffer, or is done.
 * One block is loaded at a time: a peer cannot make us hold more than that.
 */
export function serveData(network: Network, peer: Peer): void {
  while (network.hasRoom(peer) && !peer.loading && peer.getdataNext < peer.getdata.length) {
    const item = peer.getdata[peer.getdataNext++]!
    if (isBlockItem(item)) startBlock(network, peer, item)
    else serveTransaction(network, peer, item)
  }
  if (peer.loading || peer.getdataNext < peer.getdata.length) return
  peer.getdata = []
  peer.getdataNext = 0
  if (peer.notFound.length > 0) network.send(peer, { command: 'notfound', items: peer.notFound })
  peer.notFound = []
}

export function isBlockItem(item: InventoryItem): boolean {
  const type = item.type & ~MSG_WITNESS_FLAG
  return type === MSG_BLOCK || type === MSG_CMPCT_BLOCK
}

export const isTxItem = (item: InventoryItem): boolean =>
  item.type === MSG_WTX || (item.type & ~MSG_WITNESS_FLAG) === MSG_TX

/** A block that we do not have is passed over in silence, as the network does. */
function startBlock(network: Network, peer: Peer, item: InventoryItem): void {
  const { chain } = network
  const hash = item.hash as BlockHash
  if (!chain.header(hash) || !chain.hasBlock(hash) || chain.isInvalid(hash)) return
  // A whole block is a valid answer to one who asked for a compact one (BIP 152), and carries witnesses.
  const witness = item.type !== MSG_BLOCK
  peer.loading = { hash, witness }
  network.emit({ type: 'load-block', peer: peer.id, hash })
}

function serveTransaction(network: Network, peer: Peer, item: InventoryItem): void {
  const { mempool } = network
  const entry = item.type === MSG_WTX ? mempool.byWtxid(item.hash) : mempool.byTxid(item.hash)
  // What was not announced yet is not given out either: asking must not reveal when it came to us.
  if (!isTxItem(item) || !entry || !peer.announcesTransactions || isUnannounced(peer, entry.tx)) {
    peer.notFound.push(item)
    return
  }
  const witness = item.type === MSG_WTX || (item.type & MSG_WITNESS_FLAG) !== 0
  network.sendPayload(peer, 'tx', encodeTransaction(entry.tx, witness))
}

function isUnannounced(peer: Peer, tx: Parameters<typeof computeWtxid>[0]): boolean {
  return peer.toAnnounce.has(bytesToHex(computeWtxid(tx)))
}

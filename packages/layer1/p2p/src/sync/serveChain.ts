import { equalBytes, unwrap } from '@ply/bytes'
import { type BlockHash, type BlockHeader, decodeBlock, encodeBlock } from '@ply/primitives'
import type { LocatorRequest } from '../message/locator.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import { MAX_HEADERS, MSG_BLOCK } from '../protocol.ts'
import { findLocatorFork, isActive } from './locator.ts'

/** Most hashes in an answer to `getblocks`. */
const MAX_BLOCK_INVENTORY = 500

/** Answers `getheaders` with the headers behind the fork, or with the one asked for if the locator is empty. */
export function serveHeaders(network: Network, peer: Peer, { locator, stop }: LocatorRequest): void {
  const { chain, options } = network
  const tip = chain.tip()
  if (tip.chainWork < options.minimumChainWork && !peer.noBan) {
    // Too little of the chain to be of use: an empty answer tells the peer not to wait for us.
    network.send(peer, { command: 'headers', headers: [] })
    return
  }
  const headers: BlockHeader[] = []
  let last = tip
  if (locator.length === 0) {
    const entry = chain.header(stop)
    if (!entry || !isActive(chain, entry)) return
    headers.push(entry.header)
    last = entry
  } else {
    for (let height = findLocatorFork(chain, locator).height + 1; height <= tip.height; height++) {
      const entry = chain.activeAt(height)
      if (!entry) break
      headers.push(entry.header)
      last = entry
      if (headers.length === MAX_HEADERS || equalBytes(entry.hash, stop)) break
    }
  }
  peer.bestHeaderSent = last
  network.send(peer, { command: 'headers', headers })
}

/** Answers `getblocks` with an `inv` of up to 500 blocks behind the fork. */
export function serveBlockInventory(network: Network, peer: Peer, { locator, stop }: LocatorRequest): void {
  const { chain } = network
  const items: { type: number; hash: Uint8Array }[] = []
  for (let height = findLocatorFork(chain, locator).height + 1; height <= chain.tip().height; height++) {
    const entry = chain.activeAt(height)
    if (!entry || equalBytes(entry.hash, stop)) break
    items.push({ type: MSG_BLOCK, hash: entry.hash })
    if (items.length === MAX_BLOCK_INVENTORY) {
      peer.continuation = entry.hash
      break
    }
  }
  if (items.length > 0) network.send(peer, { command: 'inv', items })
}

/** Sends a block that the shell has read, without witnesses to a peer that asked so. */
export function serveBlock(network: Network, peer: Peer, hash: BlockHash, bytes: Uint8Array): void {
  const witness = peer.loading?.witness ?? true
  network.sendPayload(peer, 'block', witness ? bytes : encodeBlock(unwrap(decodeBlock(bytes)), false))
  if (peer.continuation && equalBytes(peer.continuation, hash)) {
    // So that a peer that syncs by `getblocks` asks for the next 500.
    peer.continuation = undefined
    network.send(peer, { command: 'inv', items: [{ type: MSG_BLOCK, hash: network.chain.tip().hash }] })
  }
}

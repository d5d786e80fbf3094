import { equalBytes, unwrap } from '@ply/bytes'
import { type BlockHeader, decodeBlock, encodeBlock } from '@ply/primitives'
import type { LocatorRequest } from '../message/locator.ts'
import type { Network } from '../peer/network.ts'
import type { Loading, Peer } from '../peer/peer.ts'
import { createCompactBlock } from '../relay/compact/createCompactBlock.ts'
import { serveBlockTransactions } from '../relay/compact/serveBlockTransactions.ts'
import { serveFilteredBlock } from '../relay/bloom/filteredBlock.ts'
import { MAX_HEADERS, MSG_BLOCK } from '../protocol.ts'
import { findLocatorFork } from './locator.ts'
import { mayServe } from './serveData.ts'

/** Most hashes in an answer to `getblocks`. */
const MAX_BLOCK_INVENTORY = 500

/** Answers `getheaders` with the headers behind the fork, or with the one asked for if the locator is empty. */
export function serveHeaders(network: Network, peer: Peer, { locator, stop }: LocatorRequest): void {
  const { chain, options } = network
  const tip = chain.tip()
  if (tip.chainWork < options.minimumChainWork && !peer.permissions.has('download')) {
    // Too little of the chain to be of use: an empty answer tells the peer not to wait for us.
    const words = 'because active chain has too little work; sending empty response'
    network.log(`Ignoring getheaders from peer=${peer.id} ${words}`)
    network.send(peer, { command: 'headers', headers: [] })
    return
  }
  const headers: BlockHeader[] = []
  let last = tip
  if (locator.length === 0) {
    const entry = chain.header(stop)
    if (!entry) return
    if (!mayServe(network, entry)) {
      const words = "for old block header that isn't in the main chain"
      network.log(`ignoring request from peer=${peer.id} ${words}`)
      return
    }
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

/** Sends what the peer wants of a block that the shell has read. */
export function serveLoadedBlock(network: Network, peer: Peer, { hash, as }: Loading, bytes: Uint8Array): void {
  if (typeof as === 'object') {
    serveBlockTransactions(network, peer, { hash, indexes: as.indexes }, unwrap(decodeBlock(bytes)))
    return
  }
  if (as === 'block') network.sendPayload(peer, 'block', bytes)
  else if (as === 'filtered') serveFilteredBlock(network, peer, unwrap(decodeBlock(bytes)))
  else if (as === 'stripped') network.sendPayload(peer, 'block', encodeBlock(unwrap(decodeBlock(bytes)), false))
  else {
    const compact = createCompactBlock(unwrap(decodeBlock(bytes)), network.randomU64())
    network.send(peer, { command: 'cmpctblock', ...compact })
  }
  if (peer.continuation && equalBytes(peer.continuation, hash)) {
    // So that a peer that syncs by `getblocks` asks for the next 500.
    peer.continuation = undefined
    network.send(peer, { command: 'inv', items: [{ type: MSG_BLOCK, hash: network.chain.tip().hash }] })
  }
}

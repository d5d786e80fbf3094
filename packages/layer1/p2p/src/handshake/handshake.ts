import type { Version } from '../message/version.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import {
  MIN_PROTOCOL_VERSION,
  NODE_NETWORK,
  NODE_NETWORK_LIMITED,
  NODE_WITNESS,
  PROTOCOL_VERSION,
  WTXID_RELAY_VERSION,
} from '../protocol.ts'
import { requestAddresses } from '../address/addressGossip.ts'

export function sendVersion(network: Network, peer: Peer): void {
  const { chain, now, options } = network
  peer.versionSent = true
  const nowhere = { ip: new Uint8Array(16), port: 0 }
  network.send(peer, {
    command: 'version',
    version: PROTOCOL_VERSION,
    services: options.services,
    time: BigInt(Math.floor(now / 1000)),
    receiver: { services: peer.services, ...nowhere },
    sender: { services: options.services, ...nowhere },
    nonce: peer.nonce,
    userAgent: options.userAgent,
    startHeight: chain.tip().height,
    relay: options.relayTransactions && peer.kind !== 'block-relay-only',
  })
}

/**
 * The peer's `version`. Answers with our own (to one who came to us), with what we can do, and with `verack`.
 * Violations: `redundant-version`, `missing-services`, `obsolete-version`, `self-connection`.
 */
export function receiveVersion(network: Network, peer: Peer, message: Version): void {
  if (peer.version !== 0) {
    network.misbehaved(peer, 'redundant-version')
    return
  }
  const violation = checkVersion(network, peer, message)
  if (violation && network.misbehaved(peer, violation)) return
  peer.version = Math.min(message.version, PROTOCOL_VERSION)
  peer.services = message.services
  peer.userAgent = message.userAgent
  peer.startHeight = message.startHeight
  peer.relaysTransactions = message.relay
  peer.timeOffset = Number(message.time) * 1000 - network.now
  if (peer.inbound) sendVersion(network, peer)
  if (peer.version >= WTXID_RELAY_VERSION) {
    network.send(peer, { command: 'wtxidrelay' })
    // BIP 155 names no version, but peers older than this one may not like unknown messages.
    network.send(peer, { command: 'sendaddrv2' })
  }
  network.send(peer, { command: 'verack' })
  requestAddresses(network, peer)
}

function checkVersion(network: Network, peer: Peer, message: Version) {
  const servesBlocks = (message.services & (NODE_NETWORK | NODE_NETWORK_LIMITED)) !== 0n
  const useful = servesBlocks && (message.services & NODE_WITNESS) !== 0n
  const chosen = peer.kind === 'outbound' || peer.kind === 'block-relay-only'
  if (chosen && !useful) return 'missing-services'
  if (message.version < MIN_PROTOCOL_VERSION) return 'obsolete-version'
  if (!peer.inbound) return undefined
  for (const other of network.peers.values()) {
    if (!other.inbound && !other.ready && other.nonce === message.nonce) return 'self-connection'
  }
  return undefined
}

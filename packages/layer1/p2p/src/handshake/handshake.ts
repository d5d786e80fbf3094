import type { ConnectionKind } from '../event.ts'
import type { Version } from '../message/version.ts'
import type { Misbehavior } from '../peer/misbehavior.ts'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import {
  MIN_PROTOCOL_VERSION,
  NODE_BLOOM,
  NODE_NETWORK,
  NODE_NETWORK_LIMITED,
  NODE_WITNESS,
  PROTOCOL_VERSION,
  WTXID_RELAY_VERSION,
} from '../protocol.ts'
import { offerReconciliation } from '../relay/reconciliation/reconciliation.ts'
import { answerPrivateVersion, notePrivateWay, sendPrivateVersion } from '../relay/private/privatePeer.ts'
import { requestAddresses } from '../address/addressGossip.ts'
import { hostFromIp } from '../address/host.ts'
import { formatService } from '../address/text.ts'
import { FINAL_ALERT, LAST_ALERT_VERSION } from './finalAlert.ts'

/** Connections to those that we expect something of. */
const CHOSEN: ReadonlySet<ConnectionKind> = new Set(['outbound', 'block-relay-only', 'addr-fetch', 'private-broadcast'])

/** Block intervals that our tip may lie back for a peer without old blocks to be of use. */
const MAX_LIMITED_DEPTH = 144

export function sendVersion(network: Network, peer: Peer): void {
  peer.versionSent = true
  if (peer.kind === 'private-broadcast') {
    sendPrivateVersion(network, peer)
    return
  }
  const { chain, now, options } = network
  const services = network.servicesFor(peer)
  const nowhere = { ip: new Uint8Array(16), port: 0 }
  network.send(peer, {
    command: 'version',
    version: PROTOCOL_VERSION,
    services,
    time: BigInt(Math.floor(now / 1000)),
    receiver: { services: peer.services, ...nowhere },
    sender: { services, ...nowhere },
    nonce: peer.nonce,
    userAgent: options.userAgent,
    startHeight: chain.tip().height,
    relay: !network.refusesTransactions(peer),
  })
}

/**
 * The peer's `version`. Answers with our own (to one who came to us), with what we can do, and with `verack`.
 * Violations: `missing-services`, `obsolete-version`, `self-connection`.
 */
export function receiveVersion(network: Network, peer: Peer, message: Version): void {
  if (peer.version !== 0) {
    network.log(`redundant version message from peer=${peer.id}`)
    return
  }
  const violation = checkVersion(network, peer, message)
  if (violation && network.misbehaved(peer, violation, describe(network, violation, { peer, message }))) return
  peer.version = Math.min(message.version, PROTOCOL_VERSION)
  peer.services = message.services
  peer.userAgent = message.userAgent
  peer.startHeight = message.startHeight
  const never = peer.kind === 'block-relay-only' || peer.kind === 'feeler'
  const mayAskLater = (network.servicesFor(peer) & NODE_BLOOM) !== 0n
  peer.mayRelayTransactions = !never && (message.relay || mayAskLater)
  peer.relaysTransactions = message.relay
  noteOwnAddress(network, peer, message)
  peer.timeOffset = Number(message.time) * 1000 - network.now
  if (peer.inbound) sendVersion(network, peer)
  logVersion(network, peer, message)
  if (peer.kind === 'private-broadcast') {
    answerPrivateVersion(network, peer)
    return
  }
  if (peer.version >= WTXID_RELAY_VERSION) {
    network.send(peer, { command: 'wtxidrelay' })
    // BIP 155 names no version, but peers older than this one may not like unknown messages.
    network.send(peer, { command: 'sendaddrv2' })
  }
  offerReconciliation(network, peer)
  network.send(peer, { command: 'verack' })
  notePrivateWay(network, peer)
  noteReached(network, peer)
  requestAddresses(network, peer)
  if (peer.version <= LAST_ALERT_VERSION) network.sendPayload(peer, 'alert', FINAL_ALERT)
  if (peer.kind !== 'feeler') return
  network.log(`feeler connection completed, disconnecting peer=${peer.id}`)
  network.disconnect(peer, 'the feeler found somebody')
}

function logVersion(network: Network, peer: Peer, message: Version): void {
  const { userAgent, startHeight, relay, receiver } = message
  const agent = userAgent === '' ? '<no user agent>' : userAgent
  const us = formatService({ ...hostFromIp(receiver.ip), port: receiver.port })
  const what = `${agent}: version ${peer.version}, blocks=${startHeight}, us=${us}, txrelay=${Number(relay)}`
  network.log(`receive version message: ${what}, ${network.describe(peer)}`)
}

/** Where the peer sees us: one that came to us found us there. */
function noteOwnAddress({ options: { localAddresses } }: Network, peer: Peer, { receiver }: Version): void {
  const host = hostFromIp(receiver.ip)
  peer.addresses.seenAs = { ...host, port: receiver.port }
  if (peer.inbound) localAddresses?.seen(host)
}

/** Whom we connected to and who answered goes to the tried addresses. */
function noteReached({ options: { book }, now }: Network, peer: Peer): void {
  if (peer.inbound || !peer.host) return
  book?.setServices(peer.host, peer.services)
  book?.good(peer.host, Math.floor(now / 1000))
}

interface Received {
  readonly peer: Peer
  readonly message: Version
}

/** What a peer that we choose has to offer: pruned ones are of use only once we are close to the tip. */
function desirableServices({ chain, now, options }: Network, services: bigint): bigint {
  const depth = Math.trunc((now / 1000 - chain.tip().header.time) / options.targetSpacing)
  const limited = (services & NODE_NETWORK_LIMITED) !== 0n && depth < MAX_LIMITED_DEPTH
  return NODE_WITNESS | (limited ? NODE_NETWORK_LIMITED : NODE_NETWORK)
}

function describe(network: Network, violation: Misbehavior, { peer, message }: Received): string {
  const { services, version } = message
  const hex = (bits: bigint): string => bits.toString(16).padStart(8, '0')
  if (violation === 'missing-services') {
    const words = `(${hex(services)} offered, ${hex(desirableServices(network, services))} expected)`
    return `peer does not offer the expected services ${words}`
  }
  if (violation === 'obsolete-version') return `peer using obsolete version ${version}`
  return `connected to self at ${peer.address}`
}

function checkVersion(network: Network, peer: Peer, message: Version): Misbehavior | undefined {
  const wanted = desirableServices(network, message.services)
  const useful = (message.services & wanted) === wanted
  if (CHOSEN.has(peer.kind) && !useful) return 'missing-services'
  if (message.version < MIN_PROTOCOL_VERSION) return 'obsolete-version'
  if (!peer.inbound) return undefined
  for (const other of network.peers.values()) {
    // Whoever got this nonce over a private connection must not learn of others that they are ours, too.
    if (other.kind === 'private-broadcast') continue
    if (!other.inbound && !other.ready && other.nonce === message.nonce) return 'self-connection'
  }
  return undefined
}

import {
  computeTxid,
  computeWtxid,
  encodeTransaction,
  hashToDisplay,
  hasWitness,
  type Transaction,
} from '@ply/primitives'
import { equalBytes } from '@ply/bytes'
import type { InventoryItem } from '../../message/inventory.ts'
import { NETWORK_TORV3 } from '../../message/netAddress.ts'
import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'
import { sendPing } from '../../peer/sendPing.ts'
import { MSG_TX, WTXID_RELAY_VERSION } from '../../protocol.ts'

/**
 * What a connection says that carries one transaction of our own to the network: nothing by which it could be told
 * from those of others, nor two of them be told to be ours.
 */

/** The same that all who do this say, whatever their program. */
const USER_AGENT = '/pynode:0.0.1/'
/** Milliseconds in which the transaction must be through. */
const MAX_LIFETIME = 3 * 60_000

/** All that is ever sent. */
const SENT: ReadonlySet<string> = new Set(['version', 'verack', 'inv', 'tx', 'ping'])
/** All that is listened to: what makes the connection, and then the peer's request and its sign that it was answered. */
const HEARD: ReadonlySet<string> = new Set([
  ...['version', 'verack', 'sendheaders', 'sendcmpct', 'wtxidrelay', 'sendaddrv2', 'sendtxrcncl', 'feature'],
  ...['getdata', 'pong'],
])

export function sendPrivateVersion(network: Network, peer: Peer): void {
  const nowhere = { services: 0n, ip: new Uint8Array(16), port: 0 }
  network.send(peer, {
    command: 'version',
    version: WTXID_RELAY_VERSION,
    services: 0n,
    time: 0n,
    receiver: nowhere,
    sender: nowhere,
    nonce: peer.nonce,
    userAgent: USER_AGENT,
    startHeight: 0,
    relay: false,
  })
}

/** The peer's `version` came. */
export function answerPrivateVersion(network: Network, peer: Peer): void {
  if (peer.relaysTransactions) network.send(peer, { command: 'verack' })
  else end(network, peer, 'does not support transaction relay (connected in vain)')
}

/** The handshake is over: the peer is told of a transaction. */
export function announcePrivately(network: Network, peer: Peer): void {
  const tx = network.options.privateBroadcast?.choose(peer.id, peer.address, network.now)
  if (!tx) {
    end(network, peer, 'no more transactions for private broadcast (connected in vain)')
    return
  }
  const wtxid = hasWitness(tx) ? `, wtxid=${hashToDisplay(computeWtxid(tx))}` : ''
  const what = `txid=${hashToDisplay(computeTxid(tx))}${wtxid}`
  log(network, `P2P handshake completed, sending INV for ${what}, ${network.describe(peer)}`)
  network.send(peer, { command: 'inv', items: [{ type: MSG_TX, hash: computeTxid(tx) }] })
}

/** A `getdata`: for the transaction that the peer was told of, and for nothing else. */
export function servePrivately(network: Network, peer: Peer, items: readonly InventoryItem[]): void {
  const tx = network.options.privateBroadcast?.chosenFor(peer.id)
  const [first] = items
  if (!tx) {
    end(network, peer, 'got GETDATA without sending an INV')
  } else if (items.length === 1 && first?.type === MSG_TX && equalBytes(first.hash, computeTxid(tx))) {
    network.sendPayload(peer, 'tx', encodeTransaction(tx))
    // The answer shows that the transaction was read, too.
    sendPing(network, peer)
  } else {
    end(network, peer, 'got an unexpected GETDATA message')
  }
}

/** The answer to our `ping`. */
export function confirmPrivately(network: Network, peer: Peer): void {
  network.options.privateBroadcast?.confirm(peer.id, network.now)
  const words = 'Got a PONG (the transaction will probably reach the network), marking for disconnect'
  log(network, `${words}, ${network.describe(peer)}`)
  network.disconnect(peer, 'the transaction was sent')
}

/** True for a message that is not even read. */
export function ignoresPrivately(network: Network, peer: Peer, command: string): boolean {
  if (HEARD.has(command)) return false
  log(network, `Ignoring incoming message '${command}', ${network.describe(peer)}`)
  return true
}

/** True for a message that must not be sent. */
export function omitsPrivately(network: Network, peer: Peer, command: string): boolean {
  if (SENT.has(command)) return false
  log(network, `Omitting send of message '${command}', ${network.describe(peer)}`)
  return true
}

/** True if the connection took too long, and ended. */
export function checkPrivateLifetime(network: Network, peer: Peer): boolean {
  if (network.now <= peer.connectedAt + MAX_LIFETIME) return false
  end(network, peer, `did not complete the transaction send within ${MAX_LIFETIME / 1000} seconds`)
  return true
}

/** A peer in Tor is answered to: the way there works. */
export function notePrivateWay({ options }: Network, peer: Peer): void {
  if (options.privateBroadcast && !peer.inbound && peer.host?.network === NETWORK_TORV3) {
    options.privateBroadcast.torProven = true
  }
}

/** A transaction came from a peer. If it is one that we sent privately, the network has it, and it need not be sent again. */
export function noteReturned(network: Network, peer: Peer, tx: Transaction): void {
  if (!network.options.privateBroadcast?.remove(tx)) return
  const what = `Received our privately broadcast transaction (txid=${hashToDisplay(computeTxid(tx))})`
  log(network, `${what} from the network from ${network.describe(peer)}; stopping private broadcast attempts`)
}

function end(network: Network, peer: Peer, reason: string): void {
  log(network, `Disconnecting: ${reason}, ${network.describe(peer)}`)
  network.disconnect(peer, reason)
}

const log = (network: Network, text: string): void => network.log(text, 'privatebroadcast')

import { sipHash24 } from '@ply/crypto'
import {
  type EvictionCandidate,
  type Host,
  isLocalHost,
  type NetGroups,
  networkName,
  NODE_NETWORK,
  NODE_WITNESS,
  type PeerId,
  type PeerInfo,
} from '@ply/p2p'
import type { Entropy } from '@ply/ports'
import type { PeerLink } from './peerLink.ts'

const RELEVANT = NODE_NETWORK | NODE_WITNESS

/** Describes inbound connections for the choice of one that has to go. */
export class EvictionCandidates {
  readonly #secret: Uint8Array
  readonly #groups: NetGroups

  constructor(entropy: Entropy, groups: NetGroups) {
    this.#secret = entropy.bytes(16)
    this.#groups = groups
  }

  of(peers: readonly PeerInfo[], links: ReadonlyMap<PeerId, PeerLink>): EvictionCandidate[] {
    return peers.flatMap((peer) => {
      const link = links.get(peer.id)
      const candidate = peer.kind === 'inbound' && link && !peer.permissions.includes('noban')
      return candidate ? [this.#describe(peer, link)] : []
    })
  }

  #describe(peer: PeerInfo, { host, fields }: PeerLink): EvictionCandidate {
    return {
      id: peer.id,
      connectedAt: peer.connectedAt,
      minPingTime: peer.minPingTime ?? Infinity,
      lastBlockAt: peer.lastBlockAt,
      lastTxAt: peer.lastTransactionAt,
      relevantServices: (peer.services & RELEVANT) === RELEVANT,
      relaysTransactions: peer.relaysTransactions,
      bloomFilter: peer.filtersTransactions,
      keyedNetGroup: host ? sipHash24(this.#secret, this.#groups.groupOf(host)) : 0n,
      preferEvict: fields.preferEvict,
      local: host !== undefined && isLocalHost(host),
      network: peer.onion ? 'onion' : host ? slowNetwork(host) : 'other',
    }
  }
}

function slowNetwork({ network }: Host): EvictionCandidate['network'] {
  const name = networkName(network)
  return name === 'onion' || name === 'i2p' || name === 'cjdns' ? name : 'other'
}

import type { Message } from '../../message/message.ts'
import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'
import { NODE_BLOOM } from '../../protocol.ts'
import { BloomFilter, MAX_BLOOM_ITEM_SIZE } from './bloomFilter.ts'

export type BloomRequest = Extract<Message, { command: 'filterload' | 'filteradd' | 'filterclear' }>

/**
 * BIP 37: sets, widens or removes the peer's filter. Whoever speaks of filters wants transactions, whatever its
 * `version` said. Violations `unwanted-bloom-filter`, `oversized-bloom-filter`, `invalid-filteradd`.
 */
export function receiveBloomRequest(network: Network, peer: Peer, request: BloomRequest): void {
  const { command } = request
  if ((network.servicesFor(peer) & NODE_BLOOM) === 0n) {
    network.misbehaved(peer, 'unwanted-bloom-filter', `${command} received despite not offering bloom services`)
  } else if (command === 'filterload') {
    const filter = BloomFilter.create(request)
    if (filter.ok) setFilter(peer, filter.value)
    else network.misbehaved(peer, 'oversized-bloom-filter', 'too-large bloom filter')
  } else if (command === 'filterclear') {
    setFilter(peer, undefined)
  } else if (request.data.length <= MAX_BLOOM_ITEM_SIZE && (peer.bloomFilter || !peer.mayRelayTransactions)) {
    peer.bloomFilter?.add(request.data)
  } else {
    network.misbehaved(peer, 'invalid-filteradd', 'bad filteradd message')
  }
}

function setFilter(peer: Peer, filter: BloomFilter | undefined): void {
  if (!peer.mayRelayTransactions) return
  peer.bloomFilter = filter
  peer.relaysTransactions = true
}

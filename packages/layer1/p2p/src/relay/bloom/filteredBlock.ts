import { createMerkleBlock } from '@ply/consensus'
import { type Block, computeTxid, encodeTransaction } from '@ply/primitives'
import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'

/**
 * BIP 37: a block as the peer's filter sees it, and the transactions that it matches, so that the peer need not ask for
 * them. Who set no filter gets no answer.
 */
export function serveFilteredBlock(network: Network, peer: Peer, block: Block): void {
  const filter = peer.bloomFilter
  if (!filter) return
  const matched = block.transactions.filter((tx) => filter.matchAndUpdate(tx))
  network.send(peer, { command: 'merkleblock', ...createMerkleBlock(block, matched.map(computeTxid)) })
  for (const tx of matched) network.sendPayload(peer, 'tx', encodeTransaction(tx, false))
}

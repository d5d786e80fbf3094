import { checkMutation, formatViolation } from '@ply/consensus'
import { type Block, type BlockHash, computeBlockHash, hashToDisplay } from '@ply/primitives'
import type { Network } from '../peer/network.ts'
import type { Peer } from '../peer/peer.ts'
import type { BlockDownload } from './blockDownload.ts'
import { computeClaimedWork, computeWorkThreshold } from './workThreshold.ts'

/** A `block` message. Violation `mutated-block`. */
export function receiveBlock(
  network: Network,
  blocks: BlockDownload,
  { peer, block }: { peer: Peer; block: Block },
): void {
  const hash = computeBlockHash(block.header)
  network.log(`received block ${hashToDisplay(hash)} peer=${peer.id}`)
  const previous = network.chain.header(block.header.previousBlockHash)
  const checked = previous && checkMutation(block, network.chain.isSegwitActive(previous.height + 1))
  if (checked?.ok === false) {
    network.log(`Block mutated: ${formatViolation(checked.error)}`, 'validation')
    network.log(`Received mutated block from peer=${peer.id}`)
    blocks.inFlight.remove(hash, peer)
    network.misbehaved(peer, 'mutated-block', 'mutated block')
    return
  }
  const requested = blocks.arrived(hash, peer)
  if (isTooCheap(network, block, hash)) {
    const words = 'missing anti-dos proof-of-work validation'
    network.log(`AcceptBlockHeader: not adding new block header ${hashToDisplay(hash)}, ${words}`, 'validation')
    blocks.processed(hash)
    return
  }
  peer.processedBlocks = [...peer.processedBlocks, { hash, compact: false }]
  network.emit({ type: 'process-block', peer: peer.id, block, requested })
}

/** True for a new block whose chain has too little work to keep even its header. */
function isTooCheap(network: Network, { header }: Block, hash: BlockHash): boolean {
  const { chain } = network
  const previous = chain.header(header.previousBlockHash)
  if (!previous || chain.header(hash)) return false
  return previous.chainWork + computeClaimedWork([header]) < computeWorkThreshold(network)
}

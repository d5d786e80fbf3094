import type { Block } from '@ply/primitives'
import type { BlockTransactionsRequest } from '../../message/getblocktxn.ts'
import type { Network } from '../../peer/network.ts'
import type { Peer } from '../../peer/peer.ts'
import { MSG_BLOCK, MSG_WITNESS_FLAG } from '../../protocol.ts'
import type { RecentBlock } from './recentBlock.ts'

/** Of deeper blocks the whole is sent: what costs us reading from disk shall cost the peer its line. */
const MAX_DEPTH = 10

/** A `getblocktxn`: from the newest block at once, from others after the shell has read them. */
export function receiveTransactionsRequest(
  network: Network,
  peer: Peer,
  { recent, request }: { readonly recent: RecentBlock; readonly request: BlockTransactionsRequest },
): void {
  const { chain } = network
  const { hash, indexes } = request
  const block = recent.get(hash)
  if (block) {
    serveBlockTransactions(network, peer, request, block)
    return
  }
  const entry = chain.header(hash)
  if (!entry || !chain.hasBlock(hash)) {
    network.log(`Peer ${peer.id} sent us a getblocktxn for a block we don't have`)
    return
  }
  if (entry.height >= chain.tip().height - MAX_DEPTH) {
    peer.loading = { hash, as: { indexes } }
    network.emit({ type: 'load-block', peer: peer.id, hash })
    return
  }
  network.log(`Peer ${peer.id} sent us a getblocktxn for a block > ${MAX_DEPTH} deep`)
  peer.getdata.push({ type: MSG_BLOCK | MSG_WITNESS_FLAG, hash })
}

/** Sends the transactions in these places. Violation `invalid-block-transactions-request` for a place outside. */
export function serveBlockTransactions(
  network: Network,
  peer: Peer,
  { hash, indexes }: BlockTransactionsRequest,
  block: Block,
): void {
  const transactions = indexes.flatMap((index) => block.transactions[index] ?? [])
  if (transactions.length !== indexes.length) {
    const words = 'getblocktxn with out-of-bounds tx indices'
    network.misbehaved(peer, 'invalid-block-transactions-request', words)
    return
  }
  network.send(peer, { command: 'blocktxn', hash, transactions })
}

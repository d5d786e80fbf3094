import { equalBytes } from '@ply/bytes'
import { decodeMerkleBlock, extractMatches } from '@ply/consensus'
import { readTransactionHex } from '@ply/layer1-node'
import { computeBlockHash, computeTxid, type Txid } from '@ply/primitives'
import { param, parseHash, type RpcArguments, type RpcMethod } from '@ply/rpc'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidAddress, miscError, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { walletMethod } from './walletMethod.ts'

function importFunds(args: RpcArguments, { wallet, node }: NodeWallet): null {
  const tx = readTransactionHex(args.string('rawtransaction'))
  const proof = decodeMerkleBlock(args.hex('txoutproof'))
  if (!proof.ok) throw miscError('SpanReader::read(): end of data: iostream error')
  const matches = extractMatches(proof.value)
  const { header } = proof.value
  if (!matches || !equalBytes(matches.root, header.merkleRoot)) throw invalidAddress('Something wrong with merkleblock')
  const block = node.chain.find(computeBlockHash(header))
  if (!block || !node.chain.tree.active.contains(block)) throw invalidAddress('Block not found in chain')
  const txid = computeTxid(tx)
  const place = matches.txids.findIndex((each) => equalBytes(each, txid))
  if (place < 0) throw invalidAddress("Transaction given doesn't exist in proof")
  if (!tx.outputs.some(({ scriptPubKey }) => wallet.isMine(scriptPubKey))) {
    throw invalidAddress('No addresses in wallet correspond to included transaction')
  }
  const confirmation = { height: block.height, position: matches.positions[place]! }
  wallet.ledger.takeConfirmed(tx, confirmation, block.time)
  return null
}

function removeFunds(args: RpcArguments, { wallet }: NodeWallet): null {
  const text = args.string('txid')
  if (!wallet.removeTransaction(parseHash(text, 'txid') as Txid)) {
    throw walletError(`Transaction ${text} does not belong to this wallet`)
  }
  return null
}

/** Coins of blocks that the node does not have any more. */
export const prunedFundsMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'importprunedfunds',
      help: 'Takes in a transaction of an old block without looking for it there.',
      params: [
        param('rawtransaction', 'hex', 'The transaction, which pays the wallet.'),
        param('txoutproof', 'hex', 'What gettxoutproof says of it.'),
      ],
      handler: importFunds,
    },
    {
      name: 'removeprunedfunds',
      help: 'Forgets a transaction.',
      params: [param('txid', 'string', 'Its id.')],
      handler: removeFunds,
    },
  ].map(walletMethod(host))

import { type JsonOutput, optional, param, RPC_ERROR, type RpcArguments, RpcError, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../../layer1Node.ts'
import { loadMempool } from '../../mempool/mempoolFile.ts'

const group = 'Blockchain'

async function save(node: Layer1Node): Promise<JsonOutput> {
  const { folder, logger } = node
  try {
    await node.saveMempool()
  } catch (error) {
    logger.log('error', 'Failed to dump mempool. Continuing anyway.', { error })
    throw new RpcError(RPC_ERROR.misc, 'Unable to dump mempool to disk')
  }
  return { filename: folder.mempool }
}

async function importFile({ chain, mempool, logger }: Layer1Node, args: RpcArguments): Promise<JsonOutput> {
  if (chain.isInitialBlockDownload()) {
    const message = 'Can only import the mempool after the block download and sync is done.'
    throw new RpcError(RPC_ERROR.clientInInitialDownload, message)
  }
  const options = args.object('options', {})
  const loaded = await loadMempool(args.string('filepath'), mempool, logger, {
    useCurrentTime: options['use_current_time'] !== false,
    applyFeeDeltas: options['apply_fee_delta_priority'] === true,
    applyUnbroadcast: options['apply_unbroadcast_set'] === true,
  })
  if (!loaded) throw new RpcError(RPC_ERROR.misc, 'Unable to import mempool file, see debug log for details.')
  return {}
}

export const mempoolFileMethods = (node: Layer1Node): RpcMethod[] => [
  {
    name: 'savemempool',
    group,
    help: 'Writes the mempool to disk.',
    params: [],
    handler: () => save(node),
  },
  {
    name: 'importmempool',
    group,
    help: 'Offers the transactions of a saved mempool to ours.',
    params: [
      param('filepath', 'string', 'The mempool.dat file.'),
      {
        ...optional('options', 'object', 'What to take over beside the transactions.'),
        options: [
          optional('use_current_time', 'bool', 'As if they came now.', { default: true }),
          optional('apply_fee_delta_priority', 'bool', 'Corrections by prioritisetransaction.', { default: false }),
          optional('apply_unbroadcast_set', 'bool', 'Which of them no peer has asked for yet.', { default: false }),
        ],
      },
    ],
    handler: (args) => importFile(node, args),
  },
]

import { type JsonOutput, optional, type RpcArguments, type RpcMethod } from '@ply/rpc'
import { lacksBlocks, whyMissing } from '../chain/missingBlocks.ts'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter, miscError, walletError } from '../walletError.ts'
import type { WalletHost } from '../walletHost.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

/** Error -4 while another rescan runs. */
export function ensureNoRescan({ rescan }: NodeWallet): void {
  if (rescan.running) throw walletError('Wallet is currently rescanning. Abort existing rescan or wait.')
}

const UNAVAILABLE = {
  pruned: "Can't rescan beyond pruned data. Use RPC call getblockchaininfo to determine your pruned height.",
  assumeutxo:
    'Failed to rescan unavailable blocks likely due to an in-progress assumeutxo background sync. Check logs or getchainstates RPC for assumeutxo background sync progress and try again later.',
  unknown:
    'Failed to rescan unavailable blocks, potentially caused by data corruption. If the issue persists you may want to reindex (see -reindex option).',
}

/** Error -1 if blocks between two heights are not on disk. */
export function ensureBlocks(owner: NodeWallet, from: number, to?: number): void {
  if (lacksBlocks(owner, from, to)) throw miscError(UNAVAILABLE[whyMissing(owner)])
}

async function rescan(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  ensureNoRescan(owner)
  ensureUnlocked(owner)
  const tip = owner.wallet.ledger.height
  const start = args.integer('start_height')
  if (start < 0 || start > tip) throw invalidParameter('Invalid start_height')
  const stop = args.integer('stop_height', tip)
  if (stop < 0 || stop > tip) throw invalidParameter('Invalid stop_height')
  if (stop < start) throw invalidParameter('stop_height must be greater than start_height')
  ensureBlocks(owner, start, stop)
  const result = await owner.rescan.run(start, stop)
  if (result.aborted) throw miscError('Rescan aborted.')
  if (result.failed) throw miscError('Rescan failed. Potentially corrupted data files.')
  return { start_height: start, stop_height: result.stop ?? null }
}

/** Looking at old blocks again. */
export const rescanMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'rescanblockchain',
      help: 'Looks for the wallet’s transactions in blocks again.',
      params: [
        optional('start_height', 'number', 'The first block.', { default: 0 }),
        optional('stop_height', 'number', 'The last block.'),
      ],
      handler: rescan,
    },
    {
      name: 'abortrescan',
      help: 'Ends a look that another call began.',
      params: [],
      handler: (_args: RpcArguments, owner: NodeWallet) => owner.rescan.abort(),
    },
  ].map(walletMethod(host))

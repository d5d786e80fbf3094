import type { BlockNode } from '@ply/chain'
import { RPC_ERROR } from '@ply/rpc'
import { TIMESTAMP_WINDOW } from '../chain/firstHeight.ts'
import { whyMissing } from '../chain/missingBlocks.ts'
import type { NodeWallet } from '../nodeWallet.ts'
import type { ImportResult } from './importDescriptor.ts'

const ADVICE = {
  pruned:
    'This error could be caused by pruning or data corruption (see bitcoind log for details) and could be dealt with by downloading and rescanning the relevant blocks (see -reindex option and rescanblockchain RPC).',
  assumeutxo:
    'This error is likely caused by an in-progress assumeutxo background sync. Check logs or getchainstates RPC for assumeutxo background sync progress and try again later.',
  unknown:
    'This error could potentially caused by data corruption. If the issue persists you may want to reindex (see -reindex option).',
}

/** What became of an import for whose transactions a block could not be looked at that may have some. */
export function reportMissing(
  owner: NodeWallet,
  result: ImportResult,
  timestamp: number,
  { timeMax }: BlockNode,
): ImportResult {
  if (result.error || timeMax + TIMESTAMP_WINDOW + 1 <= timestamp) return result
  const message = [
    `Rescan failed for descriptor with timestamp ${timestamp}. There was an error reading a block from time ${timeMax},`,
    `which is after or within ${TIMESTAMP_WINDOW} seconds of key creation, and could contain transactions pertaining to`,
    'the desc. As a result, transactions and coins using this desc may not appear in the wallet.',
    ADVICE[whyMissing(owner)],
  ].join(' ')
  return { success: false, error: { code: RPC_ERROR.misc, message } }
}

import type { RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { mempoolEntryMethods } from './mempool/entries.ts'
import { mempoolFileMethods } from './mempool/files.ts'
import { packageMethods } from './mempool/packages.ts'
import { priorityMethods } from './mempool/priority.ts'
import { sendTransactionMethods } from './mempool/sendTransaction.ts'
import { spendingPrevoutMethods } from './mempool/spendingPrevouts.ts'
import { mempoolStateMethods } from './mempool/state.ts'

/** What concerns transactions that wait for a block. */
export function mempoolMethods(node: Layer1Node): RpcMethod[] {
  return [
    ...mempoolStateMethods(node),
    ...mempoolEntryMethods(node),
    ...spendingPrevoutMethods(node),
    ...sendTransactionMethods(node),
    ...packageMethods(node),
    ...priorityMethods(node),
    ...mempoolFileMethods(node),
  ]
}

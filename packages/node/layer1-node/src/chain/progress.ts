import type { HeaderTree } from '@ply/chain'
import type { ChainListener } from './chainListener.ts'

/** What takes long when much is missing: reading the block files again, and connecting blocks (from disk or peers). */
export type ChainTask = 'indexing block files' | 'connecting blocks'

/** Hears how far a task is. */
export type ReportProgress = (task: ChainTask, done: number, total: number) => void

/** Tells with each connected block how many are known of that stand behind it. */
export const createProgressListener = (tree: HeaderTree, report: ReportProgress): ChainListener => ({
  blockConnected: ({ node }) => report('connecting blocks', node.height, Math.max(node.height, tree.bestHeader.height)),
})

import type { Logger } from '@ply/ports'
import { LockError } from '@ply/storage'

/** What is on disk cannot be gone on with; building it anew from the blocks may help. */
export class RebuildError extends Error {
  override readonly name = 'RebuildError'
  constructor(reason: string) {
    super(`${reason}.\nPlease restart with -reindex or -reindex-chainstate to recover.`)
  }
}

/** What is on disk belongs to another program, or to another network. */
export class IncompatibleDataError extends Error {
  override readonly name = 'IncompatibleDataError'
}

const passes = (error: unknown): boolean =>
  error instanceof LockError || error instanceof RebuildError || error instanceof IncompatibleDataError

/** Runs what reads from the disk. Where it fails, the log says how, and the operator what can be done: {@link RebuildError}. */
export async function orRebuild<T>(reason: string, logger: Logger, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (passes(error)) throw error
    logger.log('error', error instanceof Error ? error.message : String(error))
    throw new RebuildError(reason)
  }
}

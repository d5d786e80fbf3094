import type { Logger } from '@ply/ports'

/**
 * Tells that work begins which goes on beside the rest. Bitcoin Core has a thread for each such work, and who reads its
 * log knows the work by the thread's name.
 */
export function logTask(logger: Logger, thread: string): void {
  logger.log('info', `${thread} thread start`)
}

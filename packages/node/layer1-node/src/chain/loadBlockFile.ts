import { bytesToHex } from '@ply/bytes'
import { formatViolation } from '@ply/consensus'
import type { Logger } from '@ply/ports'
import { type Block, computeBlockHash, decodeBlock } from '@ply/primitives'
import { readRecords } from '@ply/storage'
import type { ChainManager } from './chainManager.ts'

/** No block is longer on the wire. */
const MAX_BLOCK_SIZE = 4_000_000
/** Blocks held because their parents come later. */
const MAX_WAITING = 1000

/** Takes in the blocks of a file that another node wrote: records with the network's magic, in whatever order. */
export async function loadBlockFile(path: string, chain: ChainManager, logger: Logger): Promise<number> {
  logger.log('info', `Importing blocks file ${path}...`)
  const waiting = new Map<string, Block[]>()
  let count = 0
  for await (const record of readRecords(path, chain.parameters.magic, MAX_BLOCK_SIZE)) {
    const decoded = decodeBlock(record)
    if (!decoded.ok) continue
    for (const queue = [decoded.value]; queue.length > 0;) {
      const block = queue.shift()!
      const parent = bytesToHex(block.header.previousBlockHash)
      const hash = computeBlockHash(block.header)
      if (!chain.find(block.header.previousBlockHash) && !chain.find(hash)) {
        if (waiting.size < MAX_WAITING) waiting.set(parent, [...(waiting.get(parent) ?? []), block])
        continue
      }
      if (!chain.find(hash)?.data) {
        const accepted = await chain.acceptBlock(block, { requested: true })
        if (accepted.ok) count++
        else logger.log('warn', `a block of the file is refused: ${formatViolation(accepted.error)}`)
      }
      queue.push(...(waiting.get(bytesToHex(hash)) ?? []))
      waiting.delete(bytesToHex(hash))
    }
  }
  logger.log('info', `Loaded ${count} blocks from external file`)
  return count
}

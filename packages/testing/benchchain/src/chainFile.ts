import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteWriter } from '@ply/bytes'
import { encodeBlock, REGTEST } from '@ply/primitives'
import { type ChainPlan, generateChain } from './generateChain.ts'

/** Raised with every change that makes another chain of the same plan. */
const VERSION = 1

/** The path of a plan's chain: magic, length and block, one after another, as in blk files. Made when missing. */
export function ensureChainFile(plan: ChainPlan, folder = join(tmpdir(), 'ply-benchchain')): string {
  const { seed, blocks, transactionsPerBlock } = plan
  const path = join(folder, `v${VERSION}-${seed}-${blocks}-${transactionsPerBlock}.dat`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const unfinished = `${path}.${process.pid}.tmp`
  const file = openSync(unfinished, 'w')
  for (const block of generateChain(plan)) {
    const bytes = encodeBlock(block)
    writeSync(file, new ByteWriter(8).bytes(REGTEST.magic).u32(bytes.length).finish())
    writeSync(file, bytes)
  }
  closeSync(file)
  renameSync(unfinished, path)
  return path
}

/** The serialised blocks of a chain file. */
export function readChainFile(path: string): Uint8Array[] {
  const file = readFileSync(path)
  const blocks: Uint8Array[] = []
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32LE(at + 4)
    blocks.push(new Uint8Array(file.subarray(at + 8, at + 8 + length)))
    at += 8 + length
  }
  return blocks
}

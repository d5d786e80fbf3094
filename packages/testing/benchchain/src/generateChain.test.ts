import { expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeBlock } from '@ply/primitives'
import { classifyOutput } from '@ply/script'
import {
  ensureChainFile,
  generateChain,
  measureOneThread,
  measureThreads,
  preparationBlocks,
  readChainFile,
} from './index.ts'
import { createSignaturePool } from '@ply/runtime'

const plan = { seed: 7, blocks: 3, transactionsPerBlock: 20 }
const hashOf = (): string => {
  const hash = createHash('sha256')
  for (const block of generateChain(plan)) hash.update(encodeBlock(block))
  return hash.digest('hex')
}

test('the same plan gives the same chain, and a file keeps it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ply-benchchain-test-'))
  const path = ensureChainFile(plan, folder)
  const stored = createHash('sha256')
  const blocks = readChainFile(path)
  for (const block of blocks) stored.update(block)
  expect(stored.digest('hex')).toBe(hashOf())
  expect(blocks).toHaveLength(preparationBlocks + 3)
  expect(ensureChainFile(plan, folder)).toBe(path)
  rmSync(folder, { recursive: true })
})

test('it has the mix that was asked for, each output its own script', () => {
  const counts = new Map<string, number>()
  const scripts = new Set<string>()
  let outputs = 0
  for (const block of generateChain({ seed: 2, blocks: 1, transactionsPerBlock: 200 })) {
    for (const tx of block.transactions.slice(1)) {
      for (const { scriptPubKey } of tx.outputs) {
        const { type } = classifyOutput(scriptPubKey)
        counts.set(type, (counts.get(type) ?? 0) + 1)
        scripts.add(scriptPubKey.join())
        outputs++
      }
    }
  }
  expect(scripts.size).toBe(outputs)
  const share = (type: string): number => (100 * (counts.get(type) ?? 0)) / outputs
  expect(Math.abs(share('witness_v0_keyhash') - 50)).toBeLessThan(4)
  expect(Math.abs(share('witness_v1_taproot') - 35)).toBeLessThan(4)
  expect(Math.abs(share('pubkeyhash') - 10)).toBeLessThan(3)
  expect(Math.abs(share('witness_v0_scripthash') - 5)).toBeLessThan(3)
})

test('both ways to measure find every block valid', async () => {
  const blocks = [...generateChain(plan)].map((block) => encodeBlock(block))
  const run = { blocks, preparation: preparationBlocks }
  const pool = createSignaturePool({ workers: 0 })
  for (const measured of [await measureOneThread(run), await measureThreads(run, pool)]) {
    expect(measured).toMatchObject({ inputs: 3 * 20 * 2 })
    expect(measured.signatures).toBeGreaterThanOrEqual(100)
  }
})

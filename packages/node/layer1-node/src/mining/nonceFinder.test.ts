import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { searchNonce } from '@ply/mining'
import { type BlockHeader, REGTEST } from '@ply/primitives'
import { NonceFinder } from './nonceFinder.ts'

const folder = mkdtempSync(join(fileURLToPath(new URL('../../node_modules/', import.meta.url)), '.nonceFinder-'))
const entry = pathToFileURL(join(folder, 'nonceWorker.js'))
const dead = pathToFileURL(join(folder, 'dead.js'))
const running = new AbortController().signal

beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(fileURLToPath(dead), 'process.exit(1)')
  await build({
    entryPoints: [fileURLToPath(new URL('nonceWorker.ts', import.meta.url))],
    outfile: fileURLToPath(entry),
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['ply-source'],
    logLevel: 'error',
    external: ['tiny-secp256k1', 'secp256k1'],
  })
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** A header that one hash in 2^18 makes valid. */
const hard = (time: number): BlockHeader => ({ ...REGTEST.genesis.header, time, bits: 0x1f004000, nonce: 0 })
/** No hash will ever do. */
const HOPELESS: BlockHeader = { ...REGTEST.genesis.header, bits: 0x03000001, nonce: 0 }

test('threads find the lowest nonce, as one thread does', async () => {
  const finder = new NonceFinder({ entry, workers: 2 })
  for (let time = 1; time <= 4; time++) {
    const found = await finder.find(hard(time), 2 ** 32, running)
    expect(found).toEqual(searchNonce(hard(time), 2 ** 32))
  }
  await finder.close()
})

test('tries as many nonces as it was told, and goes on after them', async () => {
  const finder = new NonceFinder({ entry, workers: 2 })
  expect(await finder.find(HOPELESS, 400_000, running)).toEqual({ found: false, nextNonce: 400_000, tries: 400_000 })
  const last = { ...HOPELESS, nonce: 2 ** 32 - 300_000 }
  expect(await finder.find(last, 10 ** 9, running)).toEqual({ found: false, nextNonce: undefined, tries: 300_000 })
  await finder.close()
})

test('an easy target needs no thread', async () => {
  const finder = new NonceFinder({ entry: dead, workers: 1 })
  expect(await finder.find({ ...HOPELESS, bits: 0x207fffff }, 1000, running)).toMatchObject({ found: true })
})

test('threads that die leave the search to this one', async () => {
  const finder = new NonceFinder({ entry: dead, workers: 2 })
  expect(await finder.find(hard(1), 2 ** 32, running)).toEqual(searchNonce(hard(1), 2 ** 32))
  await finder.close()
})

test.each([0, 1])('ends when aborted, with %i workers', async (workers) => {
  const finder = new NonceFinder({ entry, workers })
  const stop = new AbortController()
  const search = finder.find(HOPELESS, 2 ** 32, stop.signal)
  setImmediate(() => stop.abort())
  expect(await search).toMatchObject({ found: false })
  const again = new AbortController()
  setTimeout(() => again.abort(), 150)
  expect(await finder.find(HOPELESS, 2 ** 32, again.signal)).toMatchObject({ found: false })
  await finder.close()
})

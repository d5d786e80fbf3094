import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ecdsaSign, publicKeyFromSecret, schnorrSign } from '@ply/crypto'
import { createRandom } from '@ply/testkit'
import { locateWorker } from './locateWorker.ts'
import type { SignatureToVerify } from './packedChecks.ts'
import { createSignaturePool } from './signaturePool.ts'
import { WorkerPool } from './workerPool.ts'

// Under node_modules, so that the worker finds the native providers.
const cache = fileURLToPath(new URL('../../node_modules/', import.meta.url))
const folder = mkdtempSync(join(cache, '.signaturePool-'))
const entry = pathToFileURL(join(folder, 'signatureWorker.js'))

beforeAll(async () => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  await build({
    entryPoints: [fileURLToPath(new URL('signatureWorker.ts', import.meta.url))],
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

/** Good and spoilt signatures of all kinds, and the verdict on each. */
function samples(count: number): { checks: SignatureToVerify[]; expected: Uint8Array } {
  const random = createRandom(5)
  const expected = new Uint8Array(count)
  const checks = Array.from({ length: count }, (_, i): SignatureToVerify => {
    const kind = random.chance(0.5) ? 'ecdsa' : 'schnorr'
    const secretKey = random.bytes(32)
    const hash = random.bytes(32)
    const compressed = kind === 'schnorr' || random.chance(0.7)
    const publicKey = publicKeyFromSecret(secretKey, compressed)!.slice(kind === 'schnorr' ? 1 : 0)
    const signature = (kind === 'ecdsa' ? ecdsaSign(hash, secretKey) : schnorrSign(hash, secretKey, random.bytes(32)))!
    expected[i] = Number(random.chance(0.8))
    if (!expected[i]) signature[random.below(64)]! ^= 1 << random.below(8)
    return { kind, hash, signature, publicKey }
  })
  return { checks, expected }
}
const { checks, expected } = samples(300)

describe('the signature pool', () => {
  test('answers as the provider does, in order, from threads', async () => {
    const pool = createSignaturePool({ workers: 2, entry })
    expect(pool.threaded).toBe(true)
    const [all, some] = await Promise.all([pool.verify(checks), pool.verify(checks.slice(20, 40))])
    expect(all).toEqual(expected)
    expect(some).toEqual(expected.slice(20, 40))
    expect(await pool.verify([])).toEqual(new Uint8Array(0))
    expect(await pool.verify(checks.slice(0, 3))).toEqual(expected.slice(0, 3))
    await pool.close()
    expect(pool.threaded).toBe(false)
    expect(await pool.verify(checks.slice(0, 20))).toEqual(expected.slice(0, 20))
  })

  test('answers without threads: from sources, when told so, and where no worker starts', async () => {
    const broken = join(folder, 'broken.js')
    writeFileSync(broken, 'throw new Error("no luck")')
    const fromSource = createSignaturePool()
    expect(fromSource.threaded).toBe(false)
    for (const pool of [
      fromSource,
      createSignaturePool({ workers: 0, entry }),
      createSignaturePool({ workers: 1, entry: pathToFileURL(broken) }),
      createSignaturePool({ workers: 1, entry: pathToFileURL(join(folder, 'nowhere.js')) }),
    ]) {
      expect(await pool.verify(checks.slice(0, 20))).toEqual(expected.slice(0, 20))
      expect(pool.threaded).toBe(false)
      await pool.close()
    }
  })

  test('takes signatures that no consensus rule asks for', async () => {
    const pool = createSignaturePool({ workers: 1, entry })
    const message = new Uint8Array(5)
    const secretKey = new Uint8Array(32).fill(1)
    const odd: SignatureToVerify = {
      kind: 'schnorr',
      hash: message,
      signature: schnorrSign(message, secretKey, secretKey)!,
      publicKey: publicKeyFromSecret(secretKey)!.slice(1),
    }
    expect(await pool.verify([...checks.slice(0, 10), odd])).toEqual(Uint8Array.of(...expected.slice(0, 10), 1))
    await pool.close()
  })
})

test('a request whose function throws rejects, and the thread goes on', async () => {
  const pool = new WorkerPool<unknown, Uint8Array>({ entry, workers: 1 })
  await expect(pool.run({ message: {}, transfer: [] })).rejects.toThrow()
  expect(await pool.run({ message: { packed: new Uint8Array(0), count: 0 }, transfer: [] })).toHaveLength(0)
  await pool.close()
  await expect(pool.run({ message: {}, transfer: [] })).rejects.toThrow('no worker')
})

test('a worker lies beside the module that asks, or one folder up', () => {
  writeFileSync(join(folder, 'present.js'), '')
  const url = pathToFileURL(join(folder, 'present.js'))
  expect(locateWorker('present', pathToFileURL(join(folder, 'bundle.js')).href)).toEqual(url)
  expect(locateWorker('present', pathToFileURL(join(folder, 'chunks/a.js')).href)).toEqual(url)
  expect(locateWorker('absent', pathToFileURL(join(folder, 'bundle.js')).href)).toBeUndefined()
  expect(locateWorker('present', pathToFileURL(join(tmpdir(), 'bundle.js')).href)).toBeUndefined()
})

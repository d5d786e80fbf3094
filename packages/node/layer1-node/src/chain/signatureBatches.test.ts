import { expect, test } from 'vitest'
import { ecdsaSign, publicKeyFromSecret } from '@ply/crypto'
import { type SignatureCheck, verifySignatureCheck } from '@ply/script'
import { SignatureBatches, type SignatureVerifier } from './signatureBatches.ts'

const secretKey = new Uint8Array(32).fill(3)
const hash = new Uint8Array(32).fill(9)
const good: SignatureCheck = {
  kind: 'ecdsa',
  hash,
  signature: ecdsaSign(hash, secretKey)!,
  publicKey: publicKeyFromSecret(secretKey)!,
}
const bad: SignatureCheck = { ...good, hash: new Uint8Array(32) }

/** Verifies as a thread would; `sizes` are those of the batches. */
function createVerifier(): SignatureVerifier & { readonly sizes: number[] } {
  const known = new Map([good, bad].map((check) => [check, Number(verifySignatureCheck(check))]))
  const sizes: number[] = []
  const verify = (checks: readonly SignatureCheck[]): Promise<Uint8Array> => {
    sizes.push(checks.length)
    return Promise.resolve(Uint8Array.from(checks, (check) => known.get(check)!))
  }
  return { sizes, verify }
}

function collect(batches: SignatureBatches, count: number, badAt: readonly number[] = []): SignatureBatches {
  for (let at = 0; at < count; at++) batches.collect([badAt.includes(at) ? bad : good], at)
  return batches
}

test('signatures leave while others are still to come, and all are awaited', async () => {
  const verifier = createVerifier()
  const batches = collect(new SignatureBatches(verifier), 300)
  expect(verifier.sizes).toEqual([128, 128])
  expect(await batches.findBad()).toEqual([])
  expect(verifier.sizes).toEqual([128, 128, 44])
})

test('a bad signature is found between the transactions of its batch', async () => {
  const batches = collect(new SignatureBatches(createVerifier()), 300, [130, 299])
  expect(await batches.findBad()).toEqual([
    { from: 128, to: 255 },
    { from: 256, to: 299 },
  ])
})

test('few are verified here, and so are all where nobody helps', async () => {
  const verifier = createVerifier()
  expect(await collect(new SignatureBatches(verifier), 5).findBad()).toEqual([])
  expect(await collect(new SignatureBatches(verifier), 5, [3]).findBad()).toEqual([{ from: 0, to: 4 }])
  expect(verifier.sizes).toEqual([])
  expect(await collect(new SignatureBatches(undefined), 3, [0]).findBad()).toEqual([{ from: 0, to: 2 }])
  expect(await new SignatureBatches(verifier).findBad()).toEqual([])
})

import { unwrap } from '@ply/bytes'
import { createRandom, SeededEntropy } from '@ply/testkit'
import { expect, test } from 'vitest'
import { sha256 } from '../hash.ts'
import { publicKeyFromSecret } from '../keys.ts'
import { keyAggAndTweak } from './applyTweak.ts'
import { nonceAgg } from './nonceAgg.ts'
import { nonceGen } from './nonceGen.ts'
import { partialSigAgg } from './partialSigAgg.ts'
import { partialSigVerify } from './partialSigVerify.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 30)

test('random and mutated contributions are violations or values, never exceptions', () => {
  const random = createRandom(327)
  const entropy = new SeededEntropy(327)
  const mutate = (bytes: Uint8Array): Uint8Array => {
    if (random.chance(0.3)) return random.bytes(random.below(70))
    const mutated = bytes.slice()
    mutated[random.below(mutated.length)]! ^= 1 << random.below(8)
    return mutated
  }
  const publicKeys = [1, 2, 3].map((i) => publicKeyFromSecret(sha256(Uint8Array.of(i)))!)
  const message = sha256(Uint8Array.of(42))
  const publicNonces = publicKeys.map((publicKey) => nonceGen({ publicKey }, entropy).publicNonce)
  const aggregateNonce = unwrap(nonceAgg(publicNonces))
  for (let i = 0; i < RUNS; i++) {
    const mutateOne = (list: readonly Uint8Array[]): Uint8Array[] =>
      list.map((bytes, at) => (at === i % 3 ? mutate(bytes) : bytes))
    const tweaks = [{ tweak: mutate(message), mode: 'xonly' as const }]
    const partialSignature = random.bytes(random.pick([32, 32, 31, 0]))
    const session = { publicKeys, tweaks, message }
    const spoiled = { ...session, publicNonces: mutateOne(publicNonces), partialSignature, signer: i % 3 }
    expect(partialSigVerify(spoiled).ok).toBe(false)
    expect(typeof keyAggAndTweak(mutateOne(publicKeys), tweaks).ok).toBe('boolean')
    const aggregated = partialSigAgg([partialSignature], { ...session, aggregateNonce: mutate(aggregateNonce) })
    if (aggregated.ok) expect(aggregated.value).toHaveLength(64)
  }
})

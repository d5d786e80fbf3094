import { nobleProvider } from '@ply/crypto'
import { providerContract } from '@ply/crypto/contract'
import { createRandom } from '@ply/testkit'
import { expect, test } from 'vitest'
import { nativeProvider } from './nativeProvider.ts'
import { wasmProvider } from './wasmProvider.ts'

/** A round asks a hundred questions, and the slow provider answers all of them, too. */
const ROUNDS = Math.ceil(Number(process.env['PLY_FUZZ_RUNS'] ?? 300) / 100)
const providers = [wasmProvider(), nativeProvider()].filter((provider) => provider !== undefined)

test.each(providers.map((provider) => [provider.name, provider] as const))(
  '%s agrees with noble on valid, broken and random operands',
  (_, provider) => {
    expect(provider).not.toBe(nobleProvider)
    const random = createRandom(2026)
    const rounds = providerContract({ random: (length) => random.bytes(length), rounds: ROUNDS }).at(-1)!
    expect(rounds.name).toContain('random rounds')
    rounds.run(provider)
  },
)

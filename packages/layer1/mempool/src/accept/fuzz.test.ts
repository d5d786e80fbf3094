import { decodeTransaction, encodeTransaction, sats } from '@ply/primitives'
import { createP2a, createP2sh } from '@ply/script'
import { createRandom } from '@ply/testkit'
import { expect, it } from 'vitest'
import { Mempool } from '../index.ts'
import { ANYONE, OP_TRUE, spend, TestChain } from '../test/testChain.ts'

it.each([true, false])('gives a verdict on any transaction over any coins (standard only: %s)', (requireStandard) => {
  const random = createRandom(9)
  const chain = new TestChain()
  const scripts = [ANYONE, OP_TRUE, createP2a(), createP2sh(new Uint8Array(20)), new Uint8Array(0)]
  const coins = {
    get: () =>
      random.chance(0.1)
        ? undefined
        : {
            output: {
              value: sats(random.below(1_000_000)),
              scriptPubKey: random.chance(0.3) ? random.bytes(random.below(40)) : random.pick(scripts),
            },
            height: random.below(120),
            isCoinbase: random.chance(0.1),
          },
  }
  const seen = new Set<string>()
  for (let run = 0; run < 1500; run++) {
    const pool = new Mempool({ requireStandard })
    const prevouts = Array.from({ length: 1 + random.below(3) }, () => chain.mint())
    const version = 1 + random.below(4)
    const witness = Array.from({ length: random.below(3) }, () => random.bytes(random.below(90)))
    const outputs = [{ value: random.below(90_000), script: random.pick(scripts) }, 1000]
    const bytes = encodeTransaction(spend(prevouts, { version, witness: random.pick([[OP_TRUE], witness]), outputs }))
    if (random.chance(0.5)) bytes[random.below(bytes.length)] = random.below(256)
    const tx = decodeTransaction(bytes)
    if (!tx.ok) continue
    const answers = new Map<string, ReturnType<typeof coins.get>>()
    const view = {
      get: (outpoint: { txid: Uint8Array; index: number }) => {
        const key = `${outpoint.txid.join()}:${outpoint.index}`
        if (!answers.has(key)) answers.set(key, coins.get())
        return answers.get(key)
      },
    }
    const result = pool.accept(tx.value, { ...chain.context, coins: view })
    seen.add(result.ok ? 'ok' : result.error.reason)
    expect(pool.size).toBe(result.ok ? 1 : 0)
  }
  expect(seen.size).toBeGreaterThan(5)
})

import { bench, describe } from 'vitest'
import { encodeState } from './codec/v1.ts'
import type { Normal } from './state.ts'
import { ChannelPair } from './test/pair.ts'

describe('one channel', () => {
  const pair = new ChannelPair({ fundingSatoshis: 10_000_000 }).open()
  let payment = 0

  bench('payments, both nodes and all signatures (add to settled)', () => {
    const n = ++payment
    pair.fulfill(pair.b, pair.pay(pair.a, n, 1000), n)
    for (const node of [pair.a, pair.b]) {
      node.settlements.length = 0
      node.history.length = 0
    }
  })

  bench('encode the state for the store', () => {
    encodeState(pair.a.state as Normal)
  })
})

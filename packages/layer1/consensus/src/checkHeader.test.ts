import { describe, expect, test } from 'vitest'
import { type NetworkParameters, REGTEST } from '@ply/primitives'
import { checkContextualHeader, checkHeader, formatViolation, LinkedHeader } from './index.ts'
import { grind, seal, TestChain } from './test/fixture.ts'

const NOW = REGTEST.genesis.header.time + 1000

function verdict(chain: TestChain, more: Parameters<TestChain['header']>[0], now = NOW): string {
  const { header } = grind(seal(chain.header(more), []), chain.parameters)
  const result = checkHeader(header, { parameters: chain.parameters, previous: chain.tip, now })
  return result.ok ? 'valid' : `${result.error.failure}: ${formatViolation(result.error)}`
}

describe('every rule of a header', () => {
  const chain = new TestChain()
  chain.mine(12)
  const bits = chain.tip.bits

  test.each([
    ['valid', {}],
    ['invalid-header: bad-diffbits, incorrect proof of work', { bits: bits - 1 }],
    ["invalid-header: time-too-old, block's timestamp is too early", { time: chain.tip.time - 5 }],
    ['valid', { time: chain.tip.time - 4 }],
    ['time-future: time-too-new, block timestamp too far in the future', { time: NOW + 7201 }],
    ['valid', { time: NOW + 7200 }],
    ['invalid-header: bad-version(0x00000001), rejected nVersion=0x00000001 block', { version: 1 }],
    ['invalid-header: bad-version(0x00000003), rejected nVersion=0x00000003 block', { version: 3 }],
    ['invalid-header: bad-version(0xffffffff), rejected nVersion=0xffffffff block', { version: -1 }],
    ['valid', { version: 4 }],
  ])('%s', (expected, more) => {
    expect(verdict(chain, more)).toBe(expected)
  })

  test('invalid-header: high-hash, proof of work failed', () => {
    for (let nonce = 0; ; nonce++) {
      const header = chain.header({ nonce })
      const result = checkHeader(header, { parameters: REGTEST, previous: chain.tip, now: NOW })
      if (result.ok) continue
      expect(formatViolation(result.error)).toBe('high-hash, proof of work failed')
      break
    }
  })

  test('versions 2 and 3 were good until BIP 66 and BIP 65', () => {
    const heights = { ...REGTEST.consensus.buriedHeights, bip66: 20, bip65: 30 }
    const parameters: NetworkParameters = { ...REGTEST, consensus: { ...REGTEST.consensus, buriedHeights: heights } }
    const early = new TestChain(parameters)
    early.mine(5)
    expect(verdict(early, { version: 2 })).toBe('valid')
    early.mine(14)
    expect(verdict(early, { version: 2 })).toContain('bad-version(0x00000002)')
    expect(verdict(early, { version: 3 })).toBe('valid')
  })

  test('time-timewarp-attack: BIP 94 at the first block of a period, by ten minutes', () => {
    const parameters: NetworkParameters = { ...REGTEST, consensus: { ...REGTEST.consensus, enforceBip94: true } }
    let previous = new LinkedHeader(REGTEST.genesis.header, undefined)
    for (let height = 1; height < 144; height++) {
      // The last block of the period lies a day ahead of the others.
      const time = REGTEST.genesis.header.time + height + (height === 143 ? 86_400 : 0)
      previous = new LinkedHeader({ ...REGTEST.genesis.header, time, nonce: height }, previous)
    }
    const at = (time: number): unknown => {
      const header = { ...REGTEST.genesis.header, version: 0x20000000, time }
      const now = previous.time
      const result = checkContextualHeader(header, { parameters, previous, now })
      return result.ok ? 'valid' : result.error
    }
    expect(at(previous.time - 600)).toBe('valid')
    expect(at(previous.time - 601)).toEqual({
      failure: 'invalid-header',
      reason: 'time-timewarp-attack',
      message: "block's timestamp is too early on diff adjustment block",
    })
  })
})

import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { describe, expect, it } from 'vitest'
import { SAMPLES } from '../test/messageSamples.ts'
import { decodeMessage, encodeMessage, isKnownCommand } from './message.ts'

describe('message codecs', () => {
  it.each(Object.values(SAMPLES))('$command survives a round trip', (message) => {
    expect(unwrap(decodeMessage(message.command, encodeMessage(message)))).toEqual(message)
  })

  it('writes the fields where the protocol has them', () => {
    expect(bytesToHex(encodeMessage(SAMPLES.sendcmpct))).toBe('000200000000000000')
    expect(
      bytesToHex(encodeMessage({ command: 'inv', items: [{ type: 5, hash: new Uint8Array(32).fill(0xab) }] })),
    ).toBe('0105000000' + 'ab'.repeat(32))
    expect(
      bytesToHex(encodeMessage({ command: 'addr', addresses: [{ ...SAMPLES.addr.addresses[0]!, time: 1 }] })),
    ).toBe('01' + '01000000' + '0100000000000000' + '00000000000000000000ffff0a000001' + '208d')
  })

  it('reads a version message that ends after the receiver', () => {
    const whole = encodeMessage(SAMPLES.version)
    expect(unwrap(decodeMessage('version', whole.slice(0, 46)))).toMatchObject({
      userAgent: '',
      relay: true,
      nonce: 1n,
    })
    expect(decodeMessage('version', whole.slice(0, 45)).ok).toBe(false)
  })

  it('shows of a user agent only what does no harm', () => {
    const hostile = encodeMessage({ ...SAMPLES.version, userAgent: '/x\u001b[31m\n<b>\u202e:1.0/' })
    expect(unwrap(decodeMessage('version', hostile))).toMatchObject({ userAgent: '/x31mb:1.0/' })
  })

  it('ignores what later versions append', () => {
    expect(unwrap(decodeMessage('ping', hexToBytes('0100000000000000ffff')))).toEqual(SAMPLES.ping)
  })

  it('stops at a list over its limit before it reads it', () => {
    for (const [command, over] of [
      ['inv', 'fd51c3'],
      ['headers', 'fdd107'],
      ['addr', 'fde903'],
      ['addrv2', 'fde903'],
    ] as const) {
      const decoded = decodeMessage(command, hexToBytes(over))
      expect(decoded).toMatchObject({ ok: false, error: { code: 'too-many-items' } })
    }
    expect(decodeMessage('getheaders', hexToBytes('8011010066'))).toMatchObject({ error: { code: 'too-many-items' } })
  })

  it('refuses an address of the wrong length', () => {
    expect(decodeMessage('addrv2', hexToBytes('0100000000010105000000000000'))).toMatchObject({
      error: { code: 'bad-address-length' },
    })
  })

  it('does not take a name of Object for a command', () => {
    expect(['toString', 'constructor', '__proto__', ''].some(isKnownCommand)).toBe(false)
  })
})

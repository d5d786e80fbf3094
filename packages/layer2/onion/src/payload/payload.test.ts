import { hexToBytes, unwrap } from '@ply/bytes'
import type { ShortChannelId } from '@ply/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkFinalPayload, checkForwardPayload, decodePayload, encodePayload, type FinalPayload } from './payload.ts'

type Msats = FinalPayload['totalMsat']

describe('BOLT 4 hop payload', () => {
  it('reads the forward payload of the published vector', () => {
    const payload = unwrap(decodePayload(hexToBytes('02023a98040205dc06080000000000000001')))
    expect(unwrap(checkForwardPayload(payload))).toEqual({
      amtToForward: 15000n,
      outgoingCltvValue: 1500,
      shortChannelId: 1n,
    })
  })

  it('writes and reads every record', () => {
    const payload = {
      amtToForward: 1n as Msats,
      outgoingCltvValue: 0,
      shortChannelId: 7n as ShortChannelId,
      paymentData: { paymentSecret: new Uint8Array(32).fill(9), totalMsat: 0n as Msats },
      encryptedRecipientData: Uint8Array.of(1, 2),
      paymentMetadata: new Uint8Array(0),
      totalAmountMsat: 300n as Msats,
      keysendPreimage: new Uint8Array(32).fill(3),
      tlvs: [{ type: 65537n, value: Uint8Array.of(5) }],
    }
    expect(unwrap(decodePayload(encodePayload(payload)))).toEqual(payload)
  })

  it('names the record at fault', () => {
    const offender = (hex: string): unknown => {
      const decoded = decodePayload(hexToBytes(hex))
      return decoded.ok ? 'ok' : [decoded.error.tlvType, decoded.error.offset]
    }
    expect(offender('0201010e00')).toEqual([14n, 3]) // unknown even
    expect(offender('040101020101')).toEqual([2n, 3]) // out of order
    expect(offender('020200010401')).toEqual([2n, 0]) // leading zero
    expect(offender('0201010405ff')).toEqual([4n, 3]) // cut short
    expect(offender('020101fd')).toEqual([0n, 3]) // half a type
    expect(offender('02ffffffffffffffffff01')).toEqual([2n, 0]) // impossible length
  })

  it('demands amount, expiry and, to forward, a channel', () => {
    const only = (hex: string) => unwrap(decodePayload(hexToBytes(hex)))
    expect(checkFinalPayload(only('040101'))).toMatchObject({ ok: false, error: { tlvType: 2n } })
    expect(checkFinalPayload(only('020101'))).toMatchObject({ ok: false, error: { tlvType: 4n } })
    expect(checkForwardPayload(only('020101040101'))).toMatchObject({ ok: false, error: { tlvType: 6n } })
    expect(unwrap(checkFinalPayload(only('020101040101')))).toMatchObject({ totalMsat: 1n, paymentSecret: undefined })
  })

  it('takes any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const decoded = decodePayload(bytes)
        if (decoded.ok) expect(encodePayload(decoded.value)).toEqual(bytes)
        else expect(decoded.error.code).toBe('invalid_onion_payload')
      }),
      { seed: 1, numRuns: 2000 },
    )
  })
})

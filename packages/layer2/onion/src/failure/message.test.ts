import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Failure, failureCode, FAILURES, isBadOnion, isNodeFailure, isPermanentFailure } from './codes.ts'
import { decodeFailure, encodeFailure } from './message.ts'
import { createFailurePacket, unwrapFailurePacket, wrapFailurePacket } from './packet.ts'

const sha256OfOnion = new Uint8Array(32).fill(1)
const channelUpdate = hexToBytes('0102aabb')
const htlcMsat = 1000n

const EXAMPLES: readonly (readonly [Failure, string])[] = [
  [{ type: 'temporary_node_failure' }, '2002'],
  [{ type: 'permanent_node_failure' }, '6002'],
  [{ type: 'required_node_feature_missing' }, '6003'],
  [{ type: 'invalid_onion_version', sha256OfOnion }, 'c004' + '01'.repeat(32)],
  [{ type: 'invalid_onion_hmac', sha256OfOnion }, 'c005' + '01'.repeat(32)],
  [{ type: 'invalid_onion_key', sha256OfOnion }, 'c006' + '01'.repeat(32)],
  [{ type: 'temporary_channel_failure', channelUpdate }, '100700040102aabb'],
  [{ type: 'permanent_channel_failure' }, '4008'],
  [{ type: 'required_channel_feature_missing' }, '4009'],
  [{ type: 'unknown_next_peer' }, '400a'],
  [{ type: 'amount_below_minimum', htlcMsat, channelUpdate }, '100b00000000000003e800040102aabb'],
  [{ type: 'fee_insufficient', htlcMsat, channelUpdate }, '100c00000000000003e800040102aabb'],
  [{ type: 'incorrect_cltv_expiry', cltvExpiry: 9, channelUpdate }, '100d0000000900040102aabb'],
  [{ type: 'expiry_too_soon', channelUpdate: new Uint8Array(0) }, '100e0000'],
  [{ type: 'incorrect_or_unknown_payment_details', htlcMsat, height: 5 }, '400f00000000000003e800000005'],
  [{ type: 'final_incorrect_cltv_expiry', cltvExpiry: 9 }, '001200000009'],
  [{ type: 'final_incorrect_htlc_amount', htlcMsat }, '001300000000000003e8'],
  [{ type: 'channel_disabled', disabledFlags: 0, channelUpdate }, '1014000000040102aabb'],
  [{ type: 'expiry_too_far' }, '0015'],
  [{ type: 'invalid_onion_payload', tlvType: 0x146c6616cn, offset: 3 }, '4016ff0000000146c6616c0003'],
  [{ type: 'mpp_timeout' }, '0017'],
  [{ type: 'invalid_onion_blinding', sha256OfOnion }, 'c018' + '01'.repeat(32)],
]

describe('BOLT 4 failure messages', () => {
  it('covers the whole table', () => {
    expect(EXAMPLES.map(([failure]) => failure.type).sort()).toEqual(Object.keys(FAILURES).sort())
  })

  it.each(EXAMPLES)('$type', (failure, hex) => {
    expect(bytesToHex(encodeFailure(failure))).toBe(hex)
    expect(unwrap(decodeFailure(encodeFailure(failure)))).toEqual(failure)
    expect(unwrap(decodeFailure(Uint8Array.of(...encodeFailure(failure), 1, 2, 3)))).toEqual(failure)
  })

  it('keeps the number of a code it does not know, and reads the flags', () => {
    const failure = unwrap(decodeFailure(hexToBytes('60ff0102')))
    expect(failure).toEqual({ type: 'unknown', code: 0x60ff })
    expect([isPermanentFailure(failure), isNodeFailure(failure), isBadOnion(failure)]).toEqual([true, true, false])
    expect(failureCode({ type: 'mpp_timeout' })).toBe(23)
    expect(decodeFailure(hexToBytes('100b0000'))).toMatchObject({ ok: false, error: { code: 'end-of-data' } })
  })

  it('finds the erring hop of a wrapped packet, and nobody in a damaged one', () => {
    const secrets = [1, 2, 3].map((n) => new Uint8Array(32).fill(n))
    const message = encodeFailure({ type: 'mpp_timeout' })
    const packet = wrapFailurePacket(secrets[0]!, createFailurePacket(secrets[1]!, message))
    expect(unwrapFailurePacket(secrets, packet)).toEqual({ hop: 1, message })
    fc.assert(
      fc.property(fc.nat(packet.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = packet.slice()
        damaged[at]! ^= flip
        expect(unwrapFailurePacket(secrets, damaged)).toBeUndefined()
      }),
      { seed: 1, numRuns: 50 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(unwrapFailurePacket(secrets, bytes)).toBeUndefined()
        const decoded = decodeFailure(bytes)
        if (!decoded.ok) expect(decoded.error.code).toMatch(/end-of-data|non-canonical/)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

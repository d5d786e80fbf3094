import { concatBytes, unwrap } from '@ply/bytes'
import { publicKeyFromSecret } from '@ply/crypto'
import { createRandom } from '@ply/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOnion } from './createOnion.ts'
import { decodeOnionPacket, encodeOnionPacket, ONION_PACKET_SIZE } from './packet.ts'
import { peelOnion } from './peelOnion.ts'

const associatedData = new Uint8Array(32).fill(7)

describe('sphinx', () => {
  it('delivers payloads of any size to routes of any length', () => {
    const random = createRandom(5)
    for (let run = 0; run < 12; run++) {
      const count = 1 + random.below(run % 3 === 0 ? 20 : 5)
      const nodes = Array.from({ length: count }, () => random.bytes(32))
      const most = Math.floor(1300 / count) - 35
      const payloads = nodes.map(() => random.bytes(2 + random.below(most - 1)))
      const hops = nodes.map((secret, i) => ({ nodeId: publicKeyFromSecret(secret)!, payload: payloads[i]! }))
      const { packet, sharedSecrets } = unwrap(createOnion({ sessionKey: random.bytes(32), associatedData, hops }))
      let current: typeof packet | undefined = packet
      nodes.forEach((nodeSecret, i) => {
        const bytes = encodeOnionPacket(current!)
        expect(bytes.length).toBe(ONION_PACKET_SIZE)
        const peeled = unwrap(peelOnion({ packet: unwrap(decodeOnionPacket(bytes)), associatedData, nodeSecret }))
        expect(peeled.payload).toEqual(payloads[i])
        expect(peeled.sharedSecret).toEqual(sharedSecrets[i])
        current = peeled.next
      })
      expect(current).toBeUndefined()
    }
  })

  const nodeSecret = new Uint8Array(32).fill(5)
  const nodeId = publicKeyFromSecret(nodeSecret)!
  const sessionKey = new Uint8Array(32).fill(6)
  const create = (payload: Uint8Array) => createOnion({ sessionKey, associatedData, hops: [{ nodeId, payload }] })

  it('fits exactly 1300 bytes', () => {
    expect(create(new Uint8Array(1300 - 32 - 3)).ok).toBe(true)
    expect(create(new Uint8Array(1300 - 32 - 2))).toEqual({ ok: false, error: 'onion-payloads-too-long' })
    const hops = [{ nodeId: new Uint8Array(33), payload: new Uint8Array(2) }]
    expect(createOnion({ sessionKey, associatedData, hops })).toEqual({ ok: false, error: 'bad-node-id' })
  })

  it('names what is wrong with a packet', () => {
    const { packet } = unwrap(create(new Uint8Array(2)))
    const code = (changed: Partial<typeof packet>, data = associatedData): string => {
      const peeled = peelOnion({ packet: { ...packet, ...changed }, associatedData: data, nodeSecret })
      return peeled.ok ? 'ok' : peeled.error.code
    }
    expect(code({})).toBe('ok')
    expect(code({ version: 1 })).toBe('invalid_onion_version')
    expect(code({ publicKey: new Uint8Array(33).fill(2) })).toBe('invalid_onion_hmac')
    expect(code({ publicKey: concatBytes(Uint8Array.of(2), new Uint8Array(32).fill(0xff)) })).toBe('invalid_onion_key')
    expect(code({}, new Uint8Array(32))).toBe('invalid_onion_hmac')
  })

  it('takes any bytes without throwing', () => {
    const valid = encodeOnionPacket(unwrap(create(new Uint8Array(40))).packet)
    fc.assert(
      fc.property(fc.nat(ONION_PACKET_SIZE - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = valid.slice()
        bytes[at]! ^= flip
        const peeled = peelOnion({ packet: unwrap(decodeOnionPacket(bytes)), associatedData, nodeSecret })
        expect(peeled.ok).toBe(false)
      }),
      { seed: 1, numRuns: 60 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeOnionPacket(bytes).ok).toBe(false)
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})

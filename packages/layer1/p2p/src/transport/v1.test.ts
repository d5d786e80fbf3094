import { bytesToHex, concatBytes, hexToBytes } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { describe, expect, it } from 'vitest'
import type { TransportEvent } from './transport.ts'
import { encodeV1, V1_HEADER_LENGTH, V1Parser } from './v1.ts'

const CHECKSUM_TEXT = 'Header error: Wrong checksum (ping, 1 bytes), expected 9c12cfdc was 9d12cfdc'
const MAGIC = hexToBytes('fabfb5da')

describe('v1 transport', () => {
  it('frames as the protocol says', () => {
    expect(bytesToHex(encodeV1(hexToBytes('f9beb4d9'), 'verack', new Uint8Array(0)))).toBe(
      'f9beb4d976657261636b000000000000000000005df6e0e2',
    )
  })

  it('finds the same messages however the stream is cut', () => {
    const random = createRandom(5)
    const payloads = Array.from({ length: 20 }, () => random.bytes(random.below(300)))
    const stream = concatBytes(...payloads.map((payload) => encodeV1(MAGIC, 'tx', payload)))
    for (let run = 0; run < 20; run++) {
      const parser = new V1Parser(MAGIC)
      const events: TransportEvent[] = []
      for (let at = 0; at < stream.length;) {
        const length = 1 + random.below(run === 0 ? 1 : 100)
        events.push(...parser.push(stream.subarray(at, at + length)))
        at += length
      }
      expect(events).toEqual(
        payloads.map((payload) => ({
          type: 'message',
          command: 'tx',
          payload,
          size: V1_HEADER_LENGTH + payload.length,
        })),
      )
      expect(parser.buffered).toBe(0)
    }
  })

  it('drops a message with a wrong checksum and goes on', () => {
    const bad = encodeV1(MAGIC, 'ping', Uint8Array.of(1))
    bad[20]! ^= 1
    const events = new V1Parser(MAGIC).push(concatBytes(bad, encodeV1(MAGIC, 'pong', Uint8Array.of(2))))
    expect(events).toEqual([
      { type: 'dropped', reason: 'wrong-checksum', text: CHECKSUM_TEXT, size: 25 },
      { type: 'message', command: 'pong', payload: Uint8Array.of(2), size: 25 },
    ])
  })

  it('drops a command that is no padded ASCII', () => {
    const bad = encodeV1(MAGIC, 'ping', new Uint8Array(0))
    bad[10] = 0x41
    expect(new V1Parser(MAGIC).push(bad)).toMatchObject([{ type: 'dropped', reason: 'invalid-command' }])
  })

  it('breaks on a wrong magic and on more than 4 MB, for good', () => {
    const parser = new V1Parser(MAGIC)
    expect(parser.push(encodeV1(hexToBytes('fabfb5db'), 'ping', new Uint8Array(0)))).toMatchObject([
      { type: 'broken', reason: 'wrong-magic' },
    ])
    expect(parser.push(encodeV1(MAGIC, 'ping', new Uint8Array(0)))).toEqual([])
    const large = encodeV1(MAGIC, 'block', new Uint8Array(0))
    new DataView(large.buffer).setUint32(16, 4_000_001, true)
    expect(new V1Parser(MAGIC).push(large)).toMatchObject([{ type: 'broken', reason: 'oversized-payload' }])
  })

  it('does not reserve memory for bytes that were only announced', () => {
    const parser = new V1Parser(MAGIC)
    const header = encodeV1(MAGIC, 'block', new Uint8Array(0))
    new DataView(header.buffer).setUint32(16, 4_000_000, true)
    parser.push(header)
    parser.push(new Uint8Array(1000))
    expect(parser.buffered).toBeLessThan(5000)
  })

  it('never throws on random bytes', () => {
    const random = createRandom(6)
    for (let run = 0; run < 500; run++) {
      const parser = new V1Parser(MAGIC)
      parser.push(random.chance(0.5) ? MAGIC : random.bytes(3))
      for (let i = 0; i < 5; i++) parser.push(random.bytes(random.below(60)))
    }
  })
})

import { ByteReader, bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { createOnion } from './createOnion.ts'
import { decodeOnionPacket, encodeOnionPacket } from './packet.ts'
import { peelOnion } from './peelOnion.ts'

interface OnionVector {
  generate: { session_key: string; associated_data: string; hops: { pubkey: string; payload: string }[] }
  onion: string
  decode: string[]
}

/** The vectors write each payload with its length in front. */
function withoutLength(framed: Uint8Array): Uint8Array {
  const reader = new ByteReader(framed)
  return reader.bytes(Number(reader.bigSize()))
}

describe.skipIf(!hasVectors)(`BOLT 4 onion-test.json${hasVectors ? '' : `: ${missingReason}`}`, () => {
  const vector = hasVectors ? (readVectorJson('bolts/bolt04/onion-test.json') as OnionVector) : undefined

  it('creates the packet, byte for byte', () => {
    const { generate, onion } = vector!
    const created = createOnion({
      sessionKey: hexToBytes(generate.session_key),
      associatedData: hexToBytes(generate.associated_data),
      hops: generate.hops.map((hop) => ({
        nodeId: hexToBytes(hop.pubkey),
        payload: withoutLength(hexToBytes(hop.payload)),
      })),
    })
    expect(bytesToHex(encodeOnionPacket(unwrap(created).packet))).toBe(onion)
  })

  it('is peeled by every hop in turn', () => {
    const { generate, onion, decode } = vector!
    let packet = unwrap(decodeOnionPacket(hexToBytes(onion)))
    decode.forEach((secret, hop) => {
      const associatedData = hexToBytes(generate.associated_data)
      const peeled = unwrap(peelOnion({ packet, associatedData, nodeSecret: hexToBytes(secret) }))
      expect(bytesToHex(peeled.payload)).toBe(bytesToHex(withoutLength(hexToBytes(generate.hops[hop]!.payload))))
      if (hop === decode.length - 1) expect(peeled.next).toBeUndefined()
      else packet = peeled.next!
    })
  })
})

import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, it } from 'vitest'
import { deriveKey } from '../sphinx/keys.ts'
import { computeSharedSecrets } from '../sphinx/sharedSecret.ts'
import { decodeFailure, encodeFailure } from './message.ts'
import { createFailurePacket, unwrapFailurePacket, wrapFailurePacket } from './packet.ts'

interface ErrorVector {
  generate: {
    session_key: string
    failure_message: string
    hops: { pubkey: string; hop_shared_secret: string; um_key?: string; ammag_key: string }[]
  }
  errorpacket: string
}

describe.skipIf(!hasVectors)(`BOLT 4 onion-error-test.json${hasVectors ? '' : `: ${missingReason}`}`, () => {
  const vector = hasVectors ? (readVectorJson('bolts/bolt04/onion-error-test.json') as ErrorVector) : undefined

  it('derives the shared secrets and keys of each hop', () => {
    const { session_key, hops } = vector!.generate
    const secrets = computeSharedSecrets(
      hexToBytes(session_key),
      hops.map((hop) => hexToBytes(hop.pubkey)),
    )!
    hops.forEach((hop, i) => {
      expect(bytesToHex(secrets[i]!)).toBe(hop.hop_shared_secret)
      expect(bytesToHex(deriveKey('ammag', secrets[i]!))).toBe(hop.ammag_key)
      if (hop.um_key !== undefined) expect(bytesToHex(deriveKey('um', secrets[i]!))).toBe(hop.um_key)
    })
  })

  it('creates, wraps and unwraps the packet', () => {
    const { failure_message, hops } = vector!.generate
    const secrets = hops.map((hop) => hexToBytes(hop.hop_shared_secret))
    let packet = createFailurePacket(secrets.at(-1)!, hexToBytes(failure_message))
    for (const secret of secrets.slice(0, -1).reverse()) packet = wrapFailurePacket(secret, packet)
    expect(bytesToHex(packet)).toBe(vector!.errorpacket)

    const unwrapped = unwrapFailurePacket(secrets, hexToBytes(vector!.errorpacket))!
    expect(unwrapped.hop).toBe(4)
    expect(bytesToHex(unwrapped.message)).toBe(failure_message)
    expect(unwrap(decodeFailure(unwrapped.message))).toEqual({ type: 'temporary_node_failure' })
    expect(bytesToHex(encodeFailure({ type: 'temporary_node_failure' }))).toBe(failure_message)
  })
})

import { assert, bigintFromBytesBE, bigintToBytesBE, concatBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { decodeDerLax, encodeDer, isLowS } from '../../ecdsa.ts'
import { CURVE_ORDER } from '../../keys.ts'
import { EDGES, same } from './contractCase.ts'

const SECRET = new Uint8Array(32).fill(7)
const HASH = new Uint8Array(32).fill(9)

const integer = (body: Uint8Array, ...length: number[]): Uint8Array =>
  concatBytes(Uint8Array.of(2, ...(length.length > 0 ? length : [body.length])), body)
const sequence = (...parts: Uint8Array[]): Uint8Array => {
  const body = concatBytes(...parts)
  return concatBytes(Uint8Array.of(0x30, body.length), body)
}

/** Signatures as they were before BIP 66 and after, with s in either half: all are the same to consensus. */
export function signatureEncodings(provider: CryptoProvider): void {
  const key = provider.publicKeyFromSecret(SECRET)
  const low = provider.ecdsaSign(HASH, SECRET)
  assert(key !== undefined && low !== undefined, 'no signature')
  assert(isLowS(low), 'signed with a high s (BIP 146)')
  const high = concatBytes(low.subarray(0, 32), bigintToBytesBE(CURVE_ORDER - bigintFromBytesBE(low.subarray(32)), 32))
  assert(!isLowS(high), 'a high s that is called low')
  const [r, s, zeros] = [low.subarray(0, 32), low.subarray(32), new Uint8Array(9)]
  const encodings = [
    encodeDer(low),
    encodeDer(high),
    sequence(integer(r), integer(s)),
    sequence(integer(concatBytes(zeros, r)), integer(concatBytes(zeros, high.subarray(32)))),
    sequence(integer(r, 0x81, 32), integer(s, 0x82, 0, 32)),
    concatBytes(Uint8Array.of(0x30, 0x82, 0, 0), integer(r), integer(s), zeros),
  ]
  for (const der of encodings) {
    const signature = decodeDerLax(der)
    assert(signature !== undefined && provider.ecdsaVerify(HASH, signature, key), 'a lax encoding is refused')
  }
  const over = decodeDerLax(sequence(integer(concatBytes(Uint8Array.of(0), EDGES[7]!)), integer(s)))
  assert(over !== undefined && !provider.ecdsaVerify(HASH, over, key), 'a number over the order verifies')
}

/** Public keys in every form that consensus takes, and in those that only look like one. */
export function keyEncodings(provider: CryptoProvider): void {
  const compressed = provider.publicKeyFromSecret(SECRET)
  const plain = provider.publicKeyFromSecret(SECRET, false)
  const signature = provider.ecdsaSign(HASH, SECRET)
  assert(compressed !== undefined && plain !== undefined && signature !== undefined, 'no keys')
  const parity = plain[64]! & 1
  const withPrefix = (prefix: number): Uint8Array => concatBytes(Uint8Array.of(prefix), plain.subarray(1))
  const good = [compressed, plain, withPrefix(6 + parity)]
  for (const key of good) {
    assert(provider.isPublicKey(key), `a key of the form ${key[0]!} is none`)
    assert(provider.ecdsaVerify(HASH, signature, key), `no signature under a key of the form ${key[0]!}`)
  }
  // Hybrid keys must not lie about the parity of y; other prefixes mean nothing.
  for (const prefix of [0, 1, 2, 3, 5, 7 - parity, 8]) {
    const key = withPrefix(prefix)
    assert(!provider.isPublicKey(key), `a key of the form ${prefix} passes`)
    assert(!provider.ecdsaVerify(HASH, signature, key), `a signature passes under a key of the form ${prefix}`)
  }
  for (const prefix of [0, 1, 4, 5, 6, 7]) {
    const key = concatBytes(Uint8Array.of(prefix), compressed.subarray(1))
    assert(!provider.isPublicKey(key), `a short key of the form ${prefix} passes`)
  }
  const offCurve = plain.slice()
  offCurve[64]! ^= 2
  for (const prefix of [4, 6, 7]) {
    const key = concatBytes(Uint8Array.of(prefix), offCurve.subarray(1))
    same(provider, 'isPublicKey off the curve', (p) => p.isPublicKey(key))
    assert(!provider.isPublicKey(key), 'a point off the curve passes')
  }
}

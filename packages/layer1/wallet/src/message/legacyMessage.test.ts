import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { hash160, hash256, publicKeyFromSecret } from '@ply/crypto'
import { decodeAddress, encodeAddress, MAIN } from '@ply/primitives'
import { createP2pkh } from '@ply/script'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../psbt/base64.ts'
import { computeLegacyMessageHash, signLegacyMessage, verifyLegacyMessage } from './legacyMessage.ts'
import { verifyMessage } from './verifyMessage.ts'

// Bitcoin Core, util_tests: message_sign, message_verify, message_hash.
const SECRET_KEY = hexToBytes('d97f5108f11cda6eeebaaa420fef0726b1f898060b98489fa3098463c0032866')
const SIGNATURE = 'IPojfrX2dfPnH26UegfbGQQLrdK844DlHq5157/P6h57WyuS/Qsl+h/WSVGDF4MUi4rWSswW38oimDYfNNUBUOk='
const ADDRESS = '15CRxFdyRpGZLW9w8HnHvVduizdL5jKNbs'

const verify = (address: string, signature: string, message: string): string => {
  const scriptPubKey = unwrap(decodeAddress(address, MAIN))
  const verdict = verifyLegacyMessage({ scriptPubKey, message, signature })
  return verdict.ok ? 'ok' : verdict.error
}

describe("Bitcoin Core's cases", () => {
  test('sign', () => {
    expect(signLegacyMessage(SECRET_KEY, 'Trust no one')).toBe(SIGNATURE)
    expect(signLegacyMessage(new Uint8Array(32), 'Trust no one')).toBeUndefined()
  })

  const zeros = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
  const fromNothing = 'IIcaIENoYW5jZWxsb3Igb24gYnJpbmsgb2Ygc2Vjb25kIGJhaWxvdXQgZm9yIGJhbmtzIAaHRtbCeDZINyavx14='
  test.each([
    ['3B5fQsEXEaV8v6U3ejYc8XaKXAkyQj2MjV', 'signature should be irrelevant', 'message too', 'address-no-key'],
    ['1KqbBpLy5FARmTPD4VZnDDpYjkUvkr82Pm', 'invalid signature, not in base64 encoding', '', 'malformed-signature'],
    ['1KqbBpLy5FARmTPD4VZnDDpYjkUvkr82Pm', zeros, 'message should be irrelevant', 'public-key-not-recovered'],
    [ADDRESS, SIGNATURE, 'I never signed this', 'message-not-signed'],
    [ADDRESS, SIGNATURE, 'Trust no one', 'ok'],
    ['11canuhp9X2NocwCq7xNrQYTmUgZAnLK3', fromNothing, 'Trust me', 'ok'],
  ])('verify %s', (address, signature, message, expected) => {
    expect(verify(address, signature, message)).toBe(expected)
  })

  test('an address that is none', () => {
    expect(decodeAddress('invalid address', MAIN).ok).toBe(false)
  })

  test('hash', () => {
    const prefixed = new TextEncoder().encode('\u0018Bitcoin Signed Message:\n\u0003...')
    expect(bytesToHex(computeLegacyMessageHash('...'))).toBe(bytesToHex(hash256(prefixed)))
  })
})

test('an uncompressed key has an address and signatures of its own', () => {
  const script = createP2pkh(hash160(publicKeyFromSecret(SECRET_KEY, false)!))
  const signature = signLegacyMessage(SECRET_KEY, 'old', false)!
  expect(verify(encodeAddress(script, MAIN)!, signature, 'old')).toBe('ok')
  expect(verify(ADDRESS, signature, 'old')).toBe('message-not-signed')
})

test('a signature of the wrong length recovers nothing', () => {
  const bytes = unwrap(decodeBase64(SIGNATURE))
  expect(verify(ADDRESS, encodeBase64(bytes.subarray(0, 64)), 'Trust no one')).toBe('public-key-not-recovered')
  expect(verify(ADDRESS, '', 'Trust no one')).toBe('public-key-not-recovered')
})

test('BIP 322 takes it for P2PKH', () => {
  const scriptPubKey = unwrap(decodeAddress(ADDRESS, MAIN))
  const request = { scriptPubKey, message: 'Trust no one', signature: SIGNATURE }
  expect(unwrap(verifyMessage(request))).toMatchObject({ state: 'valid', format: 'legacy' })
  expect(verifyMessage({ ...request, message: 'Trust' })).toEqual({ ok: false, error: { code: 'message-not-signed' } })
})

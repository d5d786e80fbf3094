import { bytesToHex, hexToBytes, utf8ToBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'

const G = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
const G_UNCOMPRESSED =
  '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'
const TWO_G = '02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5'
const THREE_G = '02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'
const ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'

const scalar = (value: number): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'))

/** What a provider must answer before a node trusts it: name of the question, and whether the answer was right. */
const questions: readonly (readonly [name: string, ask: (provider: CryptoProvider) => boolean])[] = [
  [
    'sha256',
    (p) =>
      bytesToHex(p.sha256(utf8ToBytes('abc'))) === 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ],
  [
    'hash256',
    (p) =>
      bytesToHex(p.hash256(utf8ToBytes('hello'))) ===
      '9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50',
  ],
  ['public key of 1', (p) => hexOrNone(p.publicKeyFromSecret(scalar(1))) === G],
  ['public key of 1, uncompressed', (p) => hexOrNone(p.publicKeyFromSecret(scalar(1), false)) === G_UNCOMPRESSED],
  ['no public key of 0', (p) => p.publicKeyFromSecret(scalar(0)) === undefined],
  ['no public key of n', (p) => p.publicKeyFromSecret(hexToBytes(ORDER)) === undefined],
  ['G + 2G', (p) => hexOrNone(p.pointAdd(hexToBytes(G), hexToBytes(TWO_G))) === THREE_G],
  ['2G · 0 is nothing', (p) => p.pointMultiply(hexToBytes(TWO_G), scalar(0)) === undefined],
  ['G · 3', (p) => hexOrNone(p.pointMultiply(hexToBytes(G), scalar(3))) === THREE_G],
  ['G + 1·G', (p) => hexOrNone(p.pointAddScalar(hexToBytes(G), scalar(1))) === TWO_G],
  ['hybrid key', (p) => p.isPublicKey(hexToBytes('06' + G_UNCOMPRESSED.slice(2)))],
  ['hybrid key of wrong parity', (p) => !p.isPublicKey(hexToBytes('07' + G_UNCOMPRESSED.slice(2)))],
  [
    'x-only tweak',
    (p) => {
      const tweaked = p.xOnlyTweakAdd(hexToBytes(G.slice(2)), scalar(1))
      return hexOrNone(tweaked?.publicKey) === TWO_G.slice(2) && tweaked?.parity === 0
    },
  ],
  [
    'ecdsa',
    (p) => {
      const hash = p.sha256(utf8ToBytes('ply'))
      const signature = p.ecdsaSign(hash, scalar(7))
      const key = p.publicKeyFromSecret(scalar(7))
      if (!signature || !key || !p.ecdsaVerify(hash, signature, key)) return false
      const high = withHighS(signature)
      const other = signature.slice()
      other[5]! ^= 1
      return p.ecdsaVerify(hash, high, key) && !p.ecdsaVerify(hash, other, key)
    },
  ],
  [
    'ecdsa recovery',
    (p) => {
      const hash = p.sha256(utf8ToBytes('ply'))
      const key = hexOrNone(p.publicKeyFromSecret(scalar(7)))
      const signed = p.ecdsaSignRecoverable(hash, scalar(7))
      if (!signed || hexOrNone(p.ecdsaSign(hash, scalar(7))) !== bytesToHex(signed.signature)) return false
      const { signature, recoveryId } = signed
      return (
        hexOrNone(p.ecdsaRecover(hash, signature, recoveryId)) === key &&
        hexOrNone(p.ecdsaRecover(hash, withHighS(signature), recoveryId ^ 1)) === key &&
        hexOrNone(p.ecdsaRecover(hash, signature, recoveryId ^ 1)) !== key &&
        p.ecdsaRecover(hash, signature, 4) === undefined
      )
    },
  ],
  [
    'ecdh',
    (p) => hexOrNone(p.ecdh(scalar(3), hexToBytes(G_UNCOMPRESSED))) === bytesToHex(p.sha256(hexToBytes(THREE_G))),
  ],
  ['no ecdh with 0', (p) => p.ecdh(scalar(0), hexToBytes(G)) === undefined],
  [
    'bip340',
    (p) => {
      const signature = p.schnorrSign(scalar(0), scalar(3), scalar(0))
      const expected =
        'e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca821525f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0'
      if (hexOrNone(signature) !== expected) return false
      const key = hexToBytes(THREE_G.slice(2))
      return (
        p.schnorrVerify(scalar(0), hexToBytes(expected), key) && !p.schnorrVerify(scalar(1), hexToBytes(expected), key)
      )
    },
  ],
]

const hexOrNone = (bytes: Uint8Array | undefined): string | undefined => bytes && bytesToHex(bytes)

/** The same signature with n − s for s. */
function withHighS(signature: Uint8Array): Uint8Array {
  const s = BigInt('0x' + bytesToHex(signature.subarray(32)))
  const negated = (BigInt('0x' + ORDER) - s).toString(16).padStart(64, '0')
  const high = signature.slice()
  high.set(hexToBytes(negated), 32)
  return high
}

/** Names of the questions that a provider gets wrong, or on which it throws. None means that a node may use it. */
export function selfTestProvider(provider: CryptoProvider): readonly string[] {
  return questions
    .filter(([, ask]) => {
      try {
        return !ask(provider)
      } catch {
        return true
      }
    })
    .map(([name]) => name)
}

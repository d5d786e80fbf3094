import { bytesToHex, hexToBytes } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'

const HASH = hexToBytes('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
const KEY = hexToBytes('b7e151628aed2a6abf7158809cf4f3c75bed2df3bd1ff8b4f7d1b3f3f1a4b0a1')
const ONE = hexToBytes('01'.padStart(64, '0'))
const GENERATOR = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
/** BIP 340 test vector 0. */
const BIP340 = {
  secretKey: hexToBytes('03'.padStart(64, '0')),
  publicKey: hexToBytes('f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9'),
  signature:
    'e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca821525f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0',
}

const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte))

/** Checks known answers and round trips. Returns the first thing that went wrong, or undefined. */
export function selfTestCrypto(provider: CryptoProvider): string | undefined {
  if (bytesToHex(provider.sha256(hexToBytes('616263'))) !== bytesToHex(HASH)) return 'sha256'
  const doubled = '4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358'
  if (bytesToHex(provider.hash256(hexToBytes('616263'))) !== doubled) return 'hash256'

  const generator = provider.publicKeyFromSecret(ONE)
  if (!generator || bytesToHex(generator) !== GENERATOR) return 'publicKeyFromSecret'
  const publicKey = provider.publicKeyFromSecret(KEY)
  const signature = provider.ecdsaSign(HASH, KEY)
  if (!publicKey || !signature || !provider.ecdsaVerify(HASH, signature, publicKey)) return 'ecdsaVerify of good'
  if (provider.ecdsaVerify(HASH, flipped(signature), publicKey)) return 'ecdsaVerify of bad'
  if (provider.ecdsaVerify(flipped(HASH), signature, publicKey)) return 'ecdsaVerify of other'

  const zero = new Uint8Array(32)
  const schnorr = provider.schnorrSign(zero, BIP340.secretKey, zero)
  if (!schnorr || bytesToHex(schnorr) !== BIP340.signature) return 'schnorrSign'
  if (!provider.schnorrVerify(zero, schnorr, BIP340.publicKey)) return 'schnorrVerify of good'
  if (provider.schnorrVerify(zero, flipped(schnorr), BIP340.publicKey)) return 'schnorrVerify of bad'

  const product = provider.pointMultiply(generator, KEY)
  if (!product || bytesToHex(product) !== bytesToHex(publicKey)) return 'pointMultiply'
  const sum = provider.pointAdd(publicKey, generator)
  const other = provider.pointAddScalar(publicKey, ONE)
  if (!sum || !other || bytesToHex(sum) !== bytesToHex(other)) return 'pointAdd'
  return undefined
}

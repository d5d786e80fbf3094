import { assert, bigintToBytesBE, bytesToHex } from '@ply/bytes'
import type { CryptoProvider } from '@ply/ports'
import { CURVE_ORDER } from '../../keys.ts'

const scalar = (value: bigint): Uint8Array => bigintToBytesBE(((value % CURVE_ORDER) + CURVE_ORDER) % CURVE_ORDER, 32)
/** Small, at the middle, at the end, and any. */
const SCALARS: readonly bigint[] = [
  1n,
  2n,
  CURVE_ORDER / 2n,
  CURVE_ORDER / 2n + 1n,
  CURVE_ORDER - 2n,
  CURVE_ORDER - 1n,
  0x5db0a14c8d6fd1bb0b9b8b7f5b5e3d0f5e0f7a7c1d2e3f405162738495a6b7c8n,
]

const text = (bytes: Uint8Array | undefined): string => (bytes ? bytesToHex(bytes) : 'nothing')

/** Both sides get one secret, whatever form the other's key has, and it is SHA256 of the compressed point. */
export function sharedSecrets(provider: CryptoProvider): void {
  for (const a of SCALARS) {
    for (const b of SCALARS) {
      const [mine, theirs] = [scalar(a), scalar(b)]
      const keys = [provider.publicKeyFromSecret(theirs)!, provider.publicKeyFromSecret(theirs, false)!]
      const expected = text(provider.sha256(provider.publicKeyFromSecret(scalar(a * b))!))
      const found = [
        ...keys.map((key) => provider.ecdh(mine, key)),
        provider.ecdh(theirs, provider.publicKeyFromSecret(mine)!),
      ]
      for (const secret of found) assert(text(secret) === expected, `ECDH of ${a} and ${b}`)
    }
  }
}

/** Tweaks of points and of x-only keys (BIP 341) follow the secret keys; a sum of zero has no key. */
export function tweaks(provider: CryptoProvider): void {
  for (const a of SCALARS) {
    const point = provider.publicKeyFromSecret(scalar(a))!
    // An x-only key is that of the even one of two secrets.
    const even = point[0] === 2 ? a : CURVE_ORDER - a
    for (const b of [0n, ...SCALARS]) {
      const expected = provider.publicKeyFromSecret(scalar(a + b))
      assert(text(provider.pointAddScalar(point, scalar(b))) === text(expected), `the point of ${a} and ${b}·G`)
      if (b !== 0n) {
        const other = provider.publicKeyFromSecret(scalar(b))!
        assert(text(provider.pointAdd(point, other)) === text(expected), `the sum of the points of ${a} and ${b}`)
        const product = provider.publicKeyFromSecret(scalar(a * b))
        assert(text(provider.pointMultiply(point, scalar(b))) === text(product), `the point of ${a} times ${b}`)
      }
      const tweaked = provider.xOnlyTweakAdd(point.subarray(1), scalar(b))
      const sum = provider.publicKeyFromSecret(scalar(even + b))
      assert(text(tweaked?.publicKey) === text(sum?.subarray(1)), `the x-only key of ${a} tweaked by ${b}`)
      if (tweaked && sum) assert(tweaked.parity === sum[0]! - 2, `the parity of ${a} tweaked by ${b}`)
    }
    for (const bad of [CURVE_ORDER, CURVE_ORDER + 1n].map((value) => bigintToBytesBE(value, 32))) {
      assert(provider.pointAddScalar(point, bad) === undefined, 'a tweak over the order')
      assert(provider.xOnlyTweakAdd(point.subarray(1), bad) === undefined, 'an x-only tweak over the order')
    }
  }
}

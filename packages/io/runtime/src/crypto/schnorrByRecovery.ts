import { equalBytes } from '@ply/bytes'
import { CURVE_ORDER, taggedHash } from '@ply/crypto'

interface SchnorrCheck {
  readonly message: Uint8Array
  readonly signature: Uint8Array
  readonly publicKey: Uint8Array
}

function readScalar(bytes: Uint8Array, offset: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 32)
  const high = (view.getBigUint64(0) << 64n) | view.getBigUint64(8)
  return (high << 128n) | (view.getBigUint64(16) << 64n) | view.getBigUint64(24)
}

function writeScalar(bytes: Uint8Array, offset: number, value: bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 32)
  for (let limb = 0; limb < 4; limb++) view.setBigUint64(8 * limb, BigInt.asUintN(64, value >> BigInt(192 - 64 * limb)))
}

/**
 * BIP 340 verification with nothing but ECDSA public-key recovery. Recovery from a signature (r, s) over z gives
 * r⁻¹·(s·R − z·G), where R is the point with x = r. With r = x(P), s = −e·x(P) and z = −s_schnorr·x(P), that is
 * s_schnorr·G − e·P: the nonce point that the signature claims.
 * Returns undefined where a number is out of recovery's range or recovery fails; somebody else must judge then.
 */
export function verifySchnorrByRecovery(
  { message, signature, publicKey }: SchnorrCheck,
  recover: (compact: Uint8Array, hash: Uint8Array) => Uint8Array | undefined,
): boolean | undefined {
  const r = signature.subarray(0, 32)
  const x = readScalar(publicKey, 0)
  const s = readScalar(signature, 32)
  const e = readScalar(taggedHash('BIP0340/challenge', r, publicKey, message), 0) % CURVE_ORDER
  if (x === 0n || x >= CURVE_ORDER || s === 0n || s >= CURVE_ORDER || e === 0n) return undefined

  const compact = new Uint8Array(64)
  compact.set(publicKey)
  writeScalar(compact, 32, CURVE_ORDER - ((e * x) % CURVE_ORDER))
  const hash = new Uint8Array(32)
  writeScalar(hash, 0, CURVE_ORDER - ((s * x) % CURVE_ORDER))
  const nonce = recover(compact, hash)
  return nonce && nonce[0] === 2 && equalBytes(nonce.subarray(1), r)
}

import { Field } from '@noble/curves/abstract/modular.js'

/** The prime field that the curve's coordinates are in. */
export const Fp = Field(0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn)

/** x³ + 7, the square of y. */
export const curveEquation = (x: bigint): bigint => Fp.add(Fp.mul(Fp.sqr(x), x), 7n)

/** The root that is itself a square; undefined for a number that has none. */
export function squareRoot(value: bigint): bigint | undefined {
  // p ≡ 3 (mod 4): the only candidate up to its sign.
  const root = Fp.pow(value, (Fp.ORDER + 1n) / 4n)
  return Fp.eql(Fp.sqr(root), value) ? root : undefined
}

/** True if the curve has a point with this x. */
export const isValidX = (x: bigint): boolean => squareRoot(curveEquation(x)) !== undefined

/** The square root of −3 that BIP 324 uses. */
export const MINUS_3_SQRT = 0xa2d2ba93507f1df233770c2a797962cc61f6d15da14ecd47d8d27ae1cd5f852n

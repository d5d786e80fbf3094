import { curveEquation, Fp, isValidX, MINUS_3_SQRT, squareRoot } from './field.ts'

const half = (value: bigint): bigint => Fp.div(value, 2n)

/** BIP 324 `xswiftec`: the x coordinate that the pair (u, t) stands for. Every pair stands for one. */
export function xswiftec(u: bigint, t: bigint): bigint {
  const first = Fp.is0(u) ? 1n : u
  let second = Fp.is0(t) ? 1n : t
  const g = curveEquation(first)
  if (Fp.is0(Fp.add(g, Fp.sqr(second)))) second = Fp.mul(second, 2n)
  const x = Fp.div(Fp.sub(g, Fp.sqr(second)), Fp.mul(second, 2n))
  const y = Fp.div(Fp.add(x, second), Fp.mul(MINUS_3_SQRT, first))
  const third = Fp.add(first, Fp.mul(4n, Fp.sqr(y)))
  if (isValidX(third)) return third
  const ratio = Fp.div(x, y)
  const lower = half(Fp.sub(Fp.neg(ratio), first))
  // One of the three is on the curve, whatever the pair.
  return isValidX(lower) ? lower : half(Fp.sub(ratio, first))
}

/**
 * BIP 324 `xswiftec_inv`: a t for which (u, t) stands for x, which is on the curve; undefined where this `branch`, one
 * of eight (0 to 7), has none.
 */
export function xswiftecInverse(x: bigint, u: bigint, branch: number): bigint | undefined {
  const solution = (branch & 2) === 0 ? solveLower(x, u) : solveUpper(x, u, (branch & 1) !== 0)
  const w = solution && squareRoot(solution.s)
  if (!solution || w === undefined) return undefined
  const shift = (branch & 1) === 0 ? Fp.sub(1n, MINUS_3_SQRT) : Fp.add(1n, MINUS_3_SQRT)
  const t = Fp.mul(w, Fp.add(half(Fp.mul(u, shift)), solution.v))
  return (branch & 5) === 0 || (branch & 5) === 5 ? Fp.neg(t) : t
}

interface Solution {
  readonly s: bigint
  readonly v: bigint
}

/** x as the second or third candidate of {@link xswiftec}. */
function solveLower(x: bigint, u: bigint): Solution | undefined {
  if (isValidX(Fp.sub(Fp.neg(x), u))) return undefined
  const divisor = Fp.add(Fp.add(Fp.sqr(u), Fp.mul(u, x)), Fp.sqr(x))
  return { s: Fp.neg(Fp.div(curveEquation(u), divisor)), v: x }
}

/** x as the first candidate; `odd` asks for the other root, which is no other one where it is zero. */
function solveUpper(x: bigint, u: bigint, odd: boolean): Solution | undefined {
  const s = Fp.sub(x, u)
  if (Fp.is0(s)) return undefined
  const sum = Fp.add(Fp.mul(4n, curveEquation(u)), Fp.mul(Fp.mul(3n, s), Fp.sqr(u)))
  const r = squareRoot(Fp.neg(Fp.mul(s, sum)))
  if (r === undefined || (odd && Fp.is0(r))) return undefined
  return { s, v: half(Fp.sub(Fp.div(r, s), u)) }
}

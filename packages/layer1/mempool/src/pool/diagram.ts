import { compareFeeRate, type FeeAndSize } from '../policy/feeRate.ts'

/**
 * Compares two feerate diagrams: for every amount of room, the fees that fill it best. `better` means nowhere less
 * and somewhere more. Chunks may come in any order; beyond its end a diagram goes on flat.
 */
export function compareDiagrams(
  a: readonly FeeAndSize[],
  b: readonly FeeAndSize[],
): 'better' | 'worse' | 'equal' | 'incomparable' {
  const left = createDiagram(a)
  const right = createDiagram(b)
  let above = false
  let below = false
  // Both are concave and made of straight lines: it is enough to look at their corners.
  for (const { size } of [...left, ...right]) {
    const difference = compareAt(left, right, size)
    above ||= difference > 0
    below ||= difference < 0
  }
  if (above && below) return 'incomparable'
  return above ? 'better' : below ? 'worse' : 'equal'
}

/** Corners of the diagram: sums of fee and size, the best-paying chunks first. */
function createDiagram(chunks: readonly FeeAndSize[]): FeeAndSize[] {
  const corners: FeeAndSize[] = [{ fee: 0n, size: 0 }]
  for (const chunk of [...chunks].sort((x, y) => compareFeeRate(y, x))) {
    const last = corners.at(-1)!
    corners.push({ fee: last.fee + chunk.fee, size: last.size + chunk.size })
  }
  return corners
}

/** The diagram's height at `size` as a fraction. */
function heightAt(corners: readonly FeeAndSize[], size: number): { readonly top: bigint; readonly bottom: bigint } {
  const next = corners.findIndex((corner) => corner.size >= size)
  if (next < 0) return { top: corners.at(-1)!.fee, bottom: 1n }
  const to = corners[next]!
  const from = corners[next - 1]
  if (!from || to.size === size) return { top: to.fee, bottom: 1n }
  const bottom = BigInt(to.size - from.size)
  return { top: from.fee * bottom + (to.fee - from.fee) * BigInt(size - from.size), bottom }
}

function compareAt(left: readonly FeeAndSize[], right: readonly FeeAndSize[], size: number): number {
  const a = heightAt(left, size)
  const b = heightAt(right, size)
  const difference = a.top * b.bottom - b.top * a.bottom
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

import { err, ok, type Result } from '@ply/bytes'
import { type Psbt, psbtId } from './psbt.ts'
import { mergePsbtMaps } from './psbtMap.ts'

/**
 * BIP 174's Combiner: all pairs of all PSBTs; where two differ, the first one's. Violations: `psbt-mismatch` (other
 * transactions), `psbt-nothing-to-combine`.
 */
export function combinePsbts(psbts: readonly Psbt[]): Result<Psbt, 'psbt-mismatch' | 'psbt-nothing-to-combine'> {
  const [first, ...others] = psbts
  if (!first) return err('psbt-nothing-to-combine')
  let combined = first
  for (const other of others) {
    if (psbtId(other) !== psbtId(first)) return err('psbt-mismatch')
    combined = {
      tx: first.tx,
      global: mergePsbtMaps(combined.global, other.global),
      inputs: combined.inputs.map((map, i) => mergePsbtMaps(map, other.inputs[i]!)),
      outputs: combined.outputs.map((map, i) => mergePsbtMaps(map, other.outputs[i]!)),
    }
  }
  return ok(combined)
}

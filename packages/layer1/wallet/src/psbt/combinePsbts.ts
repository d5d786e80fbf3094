import { err, ok, type Result, tryDecode } from '@ply/bytes'
import { combineModifiable } from './modifiable.ts'
import { type Psbt, psbtId } from './psbt.ts'
import { mergePsbtMaps } from './psbtMap.ts'
import { sortPsbtInput } from './sortInput.ts'
import { readVersion2Transaction } from './version2.ts'

/**
 * BIP 174's Combiner: all pairs of all PSBTs; where two differ, the first one's. Violations: `psbt-mismatch` (other
 * transactions or versions), `psbt-nothing-to-combine`.
 */
export function combinePsbts(psbts: readonly Psbt[]): Result<Psbt, 'psbt-mismatch' | 'psbt-nothing-to-combine'> {
  const [first, ...others] = psbts
  if (!first) return err('psbt-nothing-to-combine')
  let combined = first
  for (const other of others) {
    if (psbtId(other) !== psbtId(first)) return err('psbt-mismatch')
    const global = combineModifiable(mergePsbtMaps(combined.global, other.global), combined.global, other.global)
    const inputs = combined.inputs.map((map, i) => sortPsbtInput(mergePsbtMaps(map, other.inputs[i]!)))
    const outputs = combined.outputs.map((map, i) => mergePsbtMaps(map, other.outputs[i]!))
    // In version 2 an updater may have set what the first one left open, such as a sequence.
    const tx = first.version === 0 ? ok(first.tx) : tryDecode(() => readVersion2Transaction(global, inputs, outputs))
    if (!tx.ok) return err('psbt-mismatch')
    combined = { version: first.version, tx: tx.value, global, inputs, outputs }
  }
  return ok(combined)
}

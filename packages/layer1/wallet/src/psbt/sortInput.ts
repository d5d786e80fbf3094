import { compareBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { INPUT } from './fieldType.ts'
import { type PsbtMap, sortPsbtMap } from './psbtMap.ts'

/** An input's map in the order in which Bitcoin Core writes it: by key, but partial signatures by their keys' hashes. */
export function sortPsbtInput(map: PsbtMap): PsbtMap {
  const sorted = sortPsbtMap(map)
  const start = sorted.findIndex(({ type }) => type === INPUT.partialSig)
  if (start < 0) return sorted
  const signatures = sorted
    .filter(({ type }) => type === INPUT.partialSig)
    .map((entry) => ({ entry, hash: hash160(entry.keyData) }))
    .sort((a, b) => compareBytes(a.hash, b.hash))
    .map(({ entry }) => entry)
  return [...sorted.slice(0, start), ...signatures, ...sorted.slice(start + signatures.length)]
}

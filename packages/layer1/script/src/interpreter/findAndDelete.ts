import { concatBytes } from '@ply/bytes'
import { ScriptReader } from '../encoding/scriptReader.ts'

function standsAt(script: Uint8Array, at: number, pattern: Uint8Array): boolean {
  if (pattern.length > script.length - at) return false
  for (let i = 0; i < pattern.length; i++) if (script[at + i] !== pattern[i]) return false
  return true
}

/**
 * Removes `pattern` wherever it stands at the beginning of an operation. A rule of the first version for signatures
 * inside the script they sign; consensus before segwit. The very same array comes back if nothing was found.
 */
export function findAndDelete(script: Uint8Array, pattern: Uint8Array): Uint8Array {
  if (pattern.length === 0) return script
  const reader = new ScriptReader(script)
  const kept: Uint8Array[] = []
  let start = 0
  do {
    const at = reader.position
    let end = at
    while (standsAt(script, end, pattern)) end += pattern.length
    if (end !== at) {
      kept.push(script.subarray(start, at))
      start = end
      reader.position = end
    }
  } while (reader.next())
  return kept.length === 0 ? script : concatBytes(...kept, script.subarray(start))
}

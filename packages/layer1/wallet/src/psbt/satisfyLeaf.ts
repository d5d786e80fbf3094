import {
  OP_CHECKSIG,
  OP_CHECKSIGADD,
  OP_NUMEQUAL,
  parseScript,
  type ScriptOperation,
  OP_1,
  OP_16,
  decodeScriptNumber,
} from '@ply/script'

/** Gives the signature of an x-only key, if there is one. */
export type SignatureOf = (key: Uint8Array) => Uint8Array | undefined

const numberOf = ({ opcode, data }: ScriptOperation): number | undefined => {
  if (opcode >= OP_1 && opcode <= OP_16) return opcode - OP_1 + 1
  return data && data.length <= 2 ? decodeScriptNumber(data, true) : undefined
}

/** The keys and the threshold of `<key> CHECKSIG (<key> CHECKSIGADD)… <threshold> NUMEQUAL` (BIP 387), or `<key> CHECKSIG`. */
function matchKeys(
  script: Uint8Array,
): { readonly keys: readonly Uint8Array[]; readonly threshold: number } | undefined {
  const parsed = parseScript(script)
  if (!parsed.ok) return undefined
  const operations = parsed.value
  const keys: Uint8Array[] = []
  for (let at = 0; at + 1 < operations.length; at += 2) {
    const { data } = operations[at]!
    if (data?.length !== 32 || operations[at + 1]!.opcode !== (at === 0 ? OP_CHECKSIG : OP_CHECKSIGADD)) break
    keys.push(data)
  }
  const rest = operations.slice(2 * keys.length)
  if (keys.length === 1 && rest.length === 0) return { keys, threshold: 1 }
  if (rest.length !== 2 || rest[1]!.opcode !== OP_NUMEQUAL) return undefined
  const threshold = numberOf(rest[0]!)
  return threshold === undefined ? undefined : { keys, threshold }
}

/**
 * The stack items that satisfy a tapscript of one key or several (`pk`, `multi_a`), the script itself not among them.
 * Undefined while signatures are missing, and for another script.
 */
export function satisfyLeaf(script: Uint8Array, signatureOf: SignatureOf): readonly Uint8Array[] | undefined {
  const match = matchKeys(script)
  if (!match || match.keys.length < match.threshold) return undefined
  let missing = match.threshold
  // The first key's signature lies on top, so its item comes last; one too many would be as bad as one too few.
  const items = match.keys.map((key) => {
    const signature = missing > 0 ? signatureOf(key) : undefined
    if (signature) missing--
    return signature ?? new Uint8Array(0)
  })
  return missing === 0 ? items.reverse() : undefined
}

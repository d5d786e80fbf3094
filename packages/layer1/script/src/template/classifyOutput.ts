import { parseWitnessProgram } from '@ply/primitives'
import { isMinimalPush } from '../encoding/push.ts'
import { isPushOnly } from '../encoding/script.ts'
import { decodeScriptNumber } from '../encoding/scriptNumber.ts'
import { ScriptReader } from '../encoding/scriptReader.ts'
import { isPublicKeySize } from '../interpreter/signatureEncoding.ts'
import { MAX_PUBKEYS_PER_MULTISIG } from '../limits.ts'
import { OP_1, OP_16, OP_CHECKMULTISIG, OP_CHECKSIG, OP_PUSHDATA4, OP_RETURN } from '../opcode/opcodes.ts'
import { isP2a, isP2pkh, isP2sh } from './patterns.ts'

/** What kind of output a scriptPubKey is, by Bitcoin Core's names, with what the template holds. */
export type OutputClass =
  | { readonly type: 'nonstandard' | 'anchor' | 'nulldata' }
  | { readonly type: 'pubkey'; readonly publicKey: Uint8Array }
  | { readonly type: 'pubkeyhash' | 'scripthash'; readonly hash: Uint8Array }
  | { readonly type: 'multisig'; readonly required: number; readonly publicKeys: readonly Uint8Array[] }
  | {
      readonly type: 'witness_v0_keyhash' | 'witness_v0_scripthash' | 'witness_v1_taproot' | 'witness_unknown'
      readonly version: number
      readonly program: Uint8Array
    }

export type OutputType = OutputClass['type']

function classifyWitnessProgram(script: Uint8Array): OutputClass | undefined {
  const witness = parseWitnessProgram(script)
  if (!witness) return undefined
  const { version, program } = witness
  if (version === 0) {
    if (program.length === 20) return { type: 'witness_v0_keyhash', version, program }
    return program.length === 32 ? { type: 'witness_v0_scripthash', version, program } : { type: 'nonstandard' }
  }
  if (version === 1 && program.length === 32) return { type: 'witness_v1_taproot', version, program }
  return isP2a(script) ? { type: 'anchor' } : { type: 'witness_unknown', version, program }
}

function matchPublicKey(script: Uint8Array): Uint8Array | undefined {
  const length = script[0]!
  if ((length !== 33 && length !== 65) || script.length !== length + 2) return undefined
  const publicKey = script.slice(1, length + 1)
  return script[length + 1] === OP_CHECKSIG && isPublicKeySize(publicKey) ? publicKey : undefined
}

/** The number that an operation pushes in its shortest form, by opcode or by bytes. */
function smallNumber(reader: ScriptReader): number | undefined {
  const { opcode } = reader
  if (opcode >= OP_1 && opcode <= OP_16) return opcode - OP_1 + 1
  if (opcode > OP_PUSHDATA4) return undefined
  const data = reader.data()
  return isMinimalPush(data, opcode) ? decodeScriptNumber(data, true) : undefined
}

function matchMultisig(script: Uint8Array): OutputClass | undefined {
  if (script[script.length - 1] !== OP_CHECKMULTISIG) return undefined
  const reader = new ScriptReader(script)
  const required = reader.next() ? smallNumber(reader) : undefined
  if (required === undefined || required < 1 || required > MAX_PUBKEYS_PER_MULTISIG) return undefined
  const publicKeys: Uint8Array[] = []
  let more = reader.next()
  while (more && isPublicKeySize(reader.data())) {
    publicKeys.push(reader.data().slice())
    more = reader.next()
  }
  const total = more ? smallNumber(reader) : undefined
  if (total === undefined || total < required || total > MAX_PUBKEYS_PER_MULTISIG) return undefined
  return publicKeys.length === total && reader.position + 1 === script.length
    ? { type: 'multisig', required, publicKeys }
    : undefined
}

/** Recognises the standard templates, as Bitcoin Core's `Solver`. */
export function classifyOutput(script: Uint8Array): OutputClass {
  if (isP2sh(script)) return { type: 'scripthash', hash: script.slice(2, 22) }
  const witness = classifyWitnessProgram(script)
  if (witness) return witness
  if (script[0] === OP_RETURN && isPushOnly(script, 1)) return { type: 'nulldata' }
  const publicKey = matchPublicKey(script)
  if (publicKey) return { type: 'pubkey', publicKey }
  if (isP2pkh(script)) return { type: 'pubkeyhash', hash: script.slice(3, 23) }
  return matchMultisig(script) ?? { type: 'nonstandard' }
}

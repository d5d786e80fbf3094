import { ByteWriter, bytesToHex, decodeExact, err, hexToBytes, ok, type Result, unwrap } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import type { Transaction } from '@ply/primitives'
import { classifyOutput, createScript, type OutputClass } from '@ply/script'
import { aggregateKeyPathSignature } from './musig2/aggregateSignature.ts'
import { VERSION_2_INPUTS } from './fieldRules.ts'
import { INPUT } from './fieldType.ts'
import { psbtLeaves } from './leafScripts.ts'
import { type Psbt, psbtPrevout } from './psbt.ts'
import { type PsbtMap, psbtEntries, psbtValue, setPsbtValue } from './psbtMap.ts'
import { satisfyLeaf, satisfyWitnessScript } from './satisfyScript.ts'
import { partialSignatures, psbtSighashType } from './signPsbt.ts'

/** Why an input could not be finalized. */
export type PsbtFinalizeError =
  | 'psbt-missing-utxo'
  | 'psbt-missing-script'
  | 'psbt-missing-signature'
  | 'psbt-sighash-type-mismatch'
  | 'psbt-unknown-script'

type Signatures = ReadonlyMap<string, Uint8Array>

/** The stack items that satisfy a script of the standard templates, the script itself not among them. */
function satisfy(output: OutputClass, signatures: Signatures): Result<readonly Uint8Array[], PsbtFinalizeError> {
  switch (output.type) {
    case 'pubkey': {
      const signature = signatures.get(bytesToHex(output.publicKey))
      return signature ? ok([signature]) : err('psbt-missing-signature')
    }
    case 'pubkeyhash':
      return satisfyKeyHash(output.hash, signatures)
    case 'witness_v0_keyhash':
      return satisfyKeyHash(output.program, signatures)
    case 'multisig': {
      const found = output.publicKeys
        .map((key) => signatures.get(bytesToHex(key)))
        .filter((signature) => signature !== undefined)
        .slice(0, output.required)
      // The empty item in front is for the one that CHECKMULTISIG takes too many.
      return found.length === output.required ? ok([new Uint8Array(0), ...found]) : err('psbt-missing-signature')
    }
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'scripthash':
    case 'witness_v0_scripthash':
    case 'witness_v1_taproot':
    case 'witness_unknown':
      return err('psbt-unknown-script')
  }
}

function satisfyKeyHash(hash: Uint8Array, signatures: Signatures): Result<readonly Uint8Array[], PsbtFinalizeError> {
  const wanted = bytesToHex(hash)
  for (const [key, signature] of signatures) {
    const publicKey = hexToBytes(key)
    if (bytesToHex(hash160(publicKey)) === wanted) return ok([signature, publicKey])
  }
  return err('psbt-missing-signature')
}

interface FinalScripts {
  readonly scriptSig?: Uint8Array
  readonly witness?: readonly Uint8Array[]
}

/** The key path where it is signed, else the leaf whose witness is the smallest (BIP 371). */
function taprootWitness(psbt: Psbt, index: number, outputKey: Uint8Array): readonly Uint8Array[] | undefined {
  const map = psbt.inputs[index]!
  const keySignature = psbtValue(map, INPUT.tapKeySig) ?? aggregateKeyPathSignature(psbt, index, outputKey)
  if (keySignature) return [keySignature]
  const size = (witness: readonly Uint8Array[]): number => witness.reduce((sum, item) => sum + 1 + item.length, 0)
  let best: readonly Uint8Array[] | undefined
  for (const leaf of psbtLeaves(map, outputKey)) {
    const stack = satisfyLeaf(psbt, index, leaf)
    if (!stack.ok) continue
    const witness = [...stack.value, leaf.script, leaf.controlBlock]
    if (!best || size(witness) < size(best)) best = witness
  }
  return best
}

function finalScripts(psbt: Psbt, index: number): Result<FinalScripts, PsbtFinalizeError> {
  const map = psbt.inputs[index]!
  const prevout = psbtPrevout(psbt, index)
  if (!prevout) return err('psbt-missing-utxo')
  const signatures = partialSignatures(map)
  const redeemScript = psbtValue(map, INPUT.redeemScript)
  const outer = classifyOutput(prevout.scriptPubKey)
  if (outer.type === 'scripthash' && !redeemScript) return err('psbt-missing-script')
  const nested = outer.type === 'scripthash' && redeemScript ? { scriptSig: createScript([redeemScript]) } : {}
  const output = outer.type === 'scripthash' && redeemScript ? classifyOutput(redeemScript) : outer

  if (output.type === 'witness_v1_taproot') {
    const witness = taprootWitness(psbt, index, output.program)
    return witness ? ok({ witness }) : err('psbt-missing-signature')
  }
  if (output.type === 'witness_v0_scripthash') {
    const witnessScript = psbtValue(map, INPUT.witnessScript)
    if (!witnessScript) return err('psbt-missing-script')
    const inner = classifyOutput(witnessScript)
    const stack =
      inner.type === 'nonstandard'
        ? satisfyWitnessScript(psbt, index, witnessScript, signatures)
        : satisfy(inner, signatures)
    return stack.ok ? ok({ ...nested, witness: [...stack.value, witnessScript] }) : stack
  }
  const stack = satisfy(output, signatures)
  if (!stack.ok) return stack
  if (output.type === 'witness_v0_keyhash') return ok({ ...nested, witness: stack.value })
  return ok({ scriptSig: createScript(redeemScript ? [...stack.value, redeemScript] : stack.value) })
}

/** BIP 174: every signature must have the sighash type that the map names. */
function hasOtherSighashType(map: PsbtMap): boolean {
  const wanted = psbtSighashType(map)
  if (wanted === undefined) return false
  const tapSignature = psbtValue(map, INPUT.tapKeySig)
  const tapType = tapSignature && (tapSignature.length === 65 ? tapSignature[64] : 0)
  const types = [...partialSignatures(map).values()].map((signature) => signature.at(-1))
  const leafTypes = psbtEntries(map, INPUT.tapScriptSig).map(({ value }) => (value.length === 65 ? value[64] : 0))
  return [...types, ...leafTypes, ...(tapSignature ? [tapType] : [])].some((type) => type !== wanted)
}

function encodeWitness(witness: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(256).compactSize(witness.length)
  for (const item of witness) writer.varBytes(item)
  return writer.finish()
}

/** Fields that stay once an input is final: what it spends (BIP 370), UTXOs; and what nobody here understands. */
const KEPT: ReadonlySet<number> = new Set([
  INPUT.nonWitnessUtxo,
  INPUT.witnessUtxo,
  INPUT.proprietary,
  ...VERSION_2_INPUTS,
])
const CLEARED: ReadonlySet<number> = new Set(Object.values(INPUT).filter((type) => !KEPT.has(type)))

/** BIP 174's Input Finalizer for one input. An input that is final already stays as it is. */
export function finalizePsbtInput(psbt: Psbt, index: number): Result<Psbt, PsbtFinalizeError> {
  const map = psbt.inputs[index]
  if (!map) return err('psbt-missing-utxo')
  if (isFinal(map)) return ok(psbt)
  if (hasOtherSighashType(map)) return err('psbt-sighash-type-mismatch')
  const scripts = finalScripts(psbt, index)
  if (!scripts.ok) return scripts
  let final = map.filter((entry) => !CLEARED.has(entry.type)) as PsbtMap
  const { scriptSig, witness } = scripts.value
  if (scriptSig) final = setPsbtValue(final, INPUT.finalScriptSig, scriptSig)
  if (witness) final = setPsbtValue(final, INPUT.finalScriptWitness, encodeWitness(witness))
  return ok({ ...psbt, inputs: psbt.inputs.map((other, i) => (i === index ? final : other)) })
}

const isFinal = (map: PsbtMap): boolean =>
  psbtValue(map, INPUT.finalScriptSig) !== undefined || psbtValue(map, INPUT.finalScriptWitness) !== undefined

/** Finalizes what can be; the inputs that cannot are named. */
export function finalizePsbt(psbt: Psbt): {
  readonly psbt: Psbt
  readonly incomplete: ReadonlyMap<number, PsbtFinalizeError>
} {
  const incomplete = new Map<number, PsbtFinalizeError>()
  let current = psbt
  psbt.inputs.forEach((_, index) => {
    const result = finalizePsbtInput(current, index)
    if (result.ok) current = result.value
    else incomplete.set(index, result.error)
  })
  return { psbt: current, incomplete }
}

/** The final witness of an input, if it has one. */
export function finalWitness(map: PsbtMap): readonly Uint8Array[] | undefined {
  const encoded = psbtValue(map, INPUT.finalScriptWitness)
  return (
    encoded &&
    unwrap(decodeExact(encoded, (reader) => Array.from({ length: reader.compactSize() }, () => reader.varBytes())))
  )
}

/** BIP 174's Transaction Extractor; violation `psbt-not-final` while an input waits for signatures. */
export function extractTransaction(psbt: Psbt): Result<Transaction, 'psbt-not-final'> {
  if (!psbt.inputs.every(isFinal)) return err('psbt-not-final')
  const inputs = psbt.tx.inputs.map((input, i) => {
    const map = psbt.inputs[i]!
    const scriptSig = psbtValue(map, INPUT.finalScriptSig) ?? new Uint8Array(0)
    return { ...input, scriptSig, witness: finalWitness(map) ?? [] }
  })
  return ok({ ...psbt.tx, inputs })
}

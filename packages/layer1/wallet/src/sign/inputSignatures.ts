import { bytesToHex } from '@ply/bytes'
import type { TxInput, TxOutput } from '@ply/primitives'
import {
  classifyOutput,
  type EcdsaCheck,
  parseScript,
  type SighashCache,
  type SignatureChecker,
  STANDARD_SCRIPT_VERIFY_FLAGS,
  type TaprootContext,
  TransactionChecker,
  verifyScript,
} from '@ply/script'

/** What is known of how an input may be spent. */
export interface InputSignatures {
  /** Good ECDSA signatures by their public keys in hexadecimal. */
  readonly signatures: ReadonlyMap<string, Uint8Array>
  readonly redeemScript?: Uint8Array
  readonly witnessScript?: Uint8Array
  /** Scripts that spend the output as they are. */
  readonly complete?: Pick<TxInput, 'scriptSig' | 'witness'>
}

export const NO_SIGNATURES: InputSignatures = { signatures: new Map() }

/** Checks as another one does, and keeps the good ECDSA signatures. */
class RecordingChecker implements SignatureChecker {
  readonly #checker: SignatureChecker
  readonly found = new Map<string, Uint8Array>()

  constructor(checker: SignatureChecker) {
    this.#checker = checker
  }

  checkEcdsa(check: EcdsaCheck): boolean {
    const good = this.#checker.checkEcdsa({ ...check, deferrable: false })
    if (good) this.found.set(bytesToHex(check.publicKey), check.signature)
    return good
  }

  checkSchnorr(
    signature: Uint8Array,
    publicKey: Uint8Array,
    context: TaprootContext,
  ): ReturnType<SignatureChecker['checkSchnorr']> {
    return this.#checker.checkSchnorr(signature, publicKey, context)
  }

  checkLockTime(lockTime: number): boolean {
    return this.#checker.checkLockTime(lockTime)
  }

  checkSequence(sequence: number): boolean {
    return this.#checker.checkSequence(sequence)
  }
}

/** What the pushes of a scriptSig put on the stack; nothing for another script. */
function pushedItems(scriptSig: Uint8Array): Uint8Array[] {
  const parsed = parseScript(scriptSig)
  if (!parsed.ok || parsed.value.some(({ data }) => data === undefined)) return []
  return parsed.value.map(({ data }) => data!)
}

/** Tries the signatures of a multisig in the order of its keys: some may be missing. */
function findMultisigSignatures(
  script: Uint8Array,
  items: readonly Uint8Array[],
  check: (signature: Uint8Array, publicKey: Uint8Array) => boolean,
): void {
  const output = classifyOutput(script)
  if (output.type !== 'multisig') return
  let next = 0
  for (const signature of items.filter((item) => item.length > 0)) {
    const found = output.publicKeys.findIndex((key, place) => place >= next && check(signature, key))
    if (found >= 0) next = found + 1
  }
}

/**
 * What can be learnt from the scripts that an input has already, if they do not spend the output yet: the signatures of a
 * multisig, and the scripts behind hashes.
 */
export function extractSignatures(cache: SighashCache, inputIndex: number, spent: TxOutput): InputSignatures {
  const { scriptSig, witness } = cache.tx.inputs[inputIndex]!
  const checker = new RecordingChecker(new TransactionChecker(cache, inputIndex))
  const { scriptPubKey } = spent
  const verified = verifyScript({ scriptSig, scriptPubKey, witness, flags: STANDARD_SCRIPT_VERIFY_FLAGS, checker })
  if (verified.ok) return { signatures: checker.found, complete: { scriptSig, witness } }

  let items = pushedItems(scriptSig)
  let script = scriptPubKey
  let redeemScript: Uint8Array | undefined
  if (classifyOutput(script).type === 'scripthash' && items.at(-1)?.length) {
    redeemScript = items.at(-1)!
    script = redeemScript
    items = items.slice(0, -1)
  }
  let witnessScript: Uint8Array | undefined
  if (classifyOutput(script).type === 'witness_v0_scripthash' && witness.at(-1)?.length) {
    witnessScript = witness.at(-1)!
    script = witnessScript
    items = witness.slice(0, -1)
  }
  const sigVersion = witnessScript ? 'witness_v0' : 'base'
  findMultisigSignatures(script, items, (signature, publicKey) => {
    if (checker.found.has(bytesToHex(publicKey))) return true
    return checker.checkEcdsa({ signature, publicKey, scriptCode: script, sigVersion, deferrable: false })
  })
  return { signatures: checker.found, ...(redeemScript && { redeemScript }), ...(witnessScript && { witnessScript }) }
}

/** Both together; where one is complete, that one alone. */
export function mergeSignatures(a: InputSignatures, b: InputSignatures): InputSignatures {
  if (a.complete) return a
  if (b.complete) return b
  return { ...b, ...a, signatures: new Map([...b.signatures, ...a.signatures]) }
}

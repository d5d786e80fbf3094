import { bytesToHex, concatBytes, equalBytes, hexToBytes } from '@ply/bytes'
import { hash160, ripemd160, schnorrSign } from '@ply/crypto'
import { isMoneyRange, type TxInput, type TxOutput } from '@ply/primitives'
import {
  classifyOutput,
  computeTaprootSighash,
  createP2pkh,
  createScript,
  decodeMiniscript,
  isLockTimeSatisfied,
  isSequenceSatisfied,
  type OutputClass,
  satisfyMiniscript,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
  type SighashCache,
  STANDARD_SCRIPT_VERIFY_FLAGS,
  TransactionChecker,
  verifyScript,
} from '@ply/script'
import { type InputSignatures, NO_SIGNATURES } from './inputSignatures.ts'
import { signLegacy, signSegwitV0 } from './signInput.ts'

/** A public key, and its secret if it may sign. */
export interface SigningKey {
  /** 33 or 65 bytes. */
  readonly publicKey: Uint8Array
  readonly secretKey?: Uint8Array
}

/** Where keys and scripts are found. */
export interface SigningSource {
  readonly keyOfHash: (hash: Uint8Array) => SigningKey | undefined
  /** By HASH160. */
  readonly scriptOfHash: (hash: Uint8Array) => Uint8Array | undefined
  /** As if all locks were over: for the size that scripts will have. */
  readonly ignoreLocks?: boolean
}

/** One input, and what to sign of the transaction. */
export interface ScriptRequest {
  readonly cache: SighashCache
  readonly inputIndex: number
  readonly spent: TxOutput
  readonly hashType: number
  /** 32 bytes of auxiliary randomness; undefined where a taproot input cannot be signed, as not all outputs are known. */
  readonly auxRand: Uint8Array | undefined
}

/** Scripts for an input. */
export interface ProducedScripts extends Pick<TxInput, 'scriptSig' | 'witness'> {
  /** Whether nothing is missing in them. */
  readonly solved: boolean
  /** Whether they spend the output. */
  readonly complete: boolean
}

type Version = 'legacy' | 'v0'

/** A stack for a script, as far as it comes. */
interface Solution {
  readonly stack: readonly Uint8Array[]
  readonly solved: boolean
}

const UNSOLVED: Solution = { stack: [], solved: false }
const EMPTY = new Uint8Array(0)

/** Solves the scripts of one input with the signatures there are and those that can be made. */
class InputSolver {
  readonly #request: ScriptRequest
  readonly #source: SigningSource
  readonly #known: InputSignatures

  constructor(request: ScriptRequest, source: SigningSource, known: InputSignatures) {
    this.#request = request
    this.#source = source
    this.#known = known
  }

  #key(hash: Uint8Array): Uint8Array | undefined {
    const signed = [...this.#known.signatures.keys()].map((key) => hexToBytes(key))
    return signed.find((key) => equalBytes(hash160(key), hash)) ?? this.#source.keyOfHash(hash)?.publicKey
  }

  #sign(publicKey: Uint8Array, scriptCode: Uint8Array, version: Version): Uint8Array | undefined {
    const known = this.#known.signatures.get(bytesToHex(publicKey))
    if (known) return known
    const secretKey = this.#source.keyOfHash(hash160(publicKey))?.secretKey
    const { cache, inputIndex, spent, hashType } = this.#request
    // BIP 143: no uncompressed keys, and the amount is signed.
    if (!secretKey || (version === 'v0' && (publicKey.length !== 33 || !isMoneyRange(spent.value)))) return undefined
    const sign = version === 'v0' ? signSegwitV0 : signLegacy
    return sign({ cache, inputIndex, secretKey }, scriptCode, hashType === SIGHASH_DEFAULT ? SIGHASH_ALL : hashType)
  }

  /** One of the templates that hold keys. */
  #solveKeys(output: OutputClass, script: Uint8Array, version: Version): Solution {
    if (output.type === 'pubkey') {
      const signature = this.#sign(output.publicKey, script, version)
      return signature ? { stack: [signature], solved: true } : UNSOLVED
    }
    if (output.type === 'pubkeyhash') {
      const key = this.#key(output.hash)
      const signature = key && this.#sign(key, script, version)
      return signature ? { stack: [signature, key], solved: true } : UNSOLVED
    }
    if (output.type !== 'multisig') return UNSOLVED
    const { required, publicKeys } = output
    const signatures = publicKeys
      .map((key) => this.#sign(key, script, version))
      .filter((signature) => signature !== undefined)
      .slice(0, required)
    // Empty items hold the places of the missing ones; the first is for the one that CHECKMULTISIG takes too many.
    const missing = Array.from({ length: required - signatures.length }, () => EMPTY)
    return { stack: [EMPTY, ...signatures, ...missing], solved: missing.length === 0 }
  }

  #solveMiniscript(script: Uint8Array): Solution {
    const decoded = decodeMiniscript(script, 'wsh', (hash) => this.#key(hash))
    if (!decoded.ok) return UNSOLVED
    const { root, keys } = decoded.value
    const { cache, inputIndex } = this.#request
    const { ignoreLocks = false } = this.#source
    const found = satisfyMiniscript(root, {
      publicKey: (place) => keys[place]!,
      signature: (place) => this.#sign(keys[place]!, script, 'v0'),
      preimage: () => undefined,
      isOlder: (lock) => ignoreLocks || isSequenceSatisfied(cache.tx, inputIndex, lock),
      isAfter: (lock) => ignoreLocks || isLockTimeSatisfied(cache.tx, inputIndex, lock),
    })
    return found && !found.malleable ? { stack: found.stack, solved: true } : UNSOLVED
  }

  /** A key may be the output key itself: without the tweak that commits to scripts. */
  #solveTaproot(outputKey: Uint8Array): Solution {
    const { cache, inputIndex, hashType, auxRand } = this.#request
    const candidates = [2, 3].map((parity) => concatBytes(Uint8Array.of(parity), outputKey))
    const secretKey = candidates.map((key) => this.#source.keyOfHash(hash160(key))?.secretKey).find((key) => key)
    const hash = secretKey && auxRand && computeTaprootSighash(cache, { inputIndex, hashType })
    const signature = hash && schnorrSign(hash, secretKey, auxRand)
    if (!signature) return UNSOLVED
    const item = hashType === SIGHASH_DEFAULT ? signature : concatBytes(signature, Uint8Array.of(hashType))
    return { stack: [item], solved: true }
  }

  #solveWitnessScript(program: Uint8Array): Solution | undefined {
    const script = this.#known.witnessScript ?? this.#source.scriptOfHash(ripemd160(program))
    if (!script) return undefined
    const solution = this.#solveKeys(classifyOutput(script), script, 'v0')
    const best = solution.solved || solution.stack.length > 0 ? solution : this.#solveMiniscript(script)
    return { ...best, stack: [...best.stack, script] }
  }

  /** The script of an output or the redeem script of one: a solution for the scriptSig, or one for the witness. */
  solve(
    script: Uint8Array,
    isRedeemScript: boolean,
  ): { readonly base: Solution; readonly witness: readonly Uint8Array[] } {
    const output = classifyOutput(script)
    if (output.type === 'witness_v0_keyhash') {
      const scriptCode = createP2pkh(output.program)
      const { stack, solved } = this.#solveKeys(classifyOutput(scriptCode), scriptCode, 'v0')
      return { base: { stack: [], solved }, witness: stack }
    }
    if (output.type === 'witness_v0_scripthash') {
      const found = this.#solveWitnessScript(output.program) ?? UNSOLVED
      return { base: { stack: [], solved: found.solved }, witness: found.stack }
    }
    if (output.type === 'witness_v1_taproot' && !isRedeemScript) {
      const found = this.#solveTaproot(output.program)
      return { base: { stack: [], solved: found.solved }, witness: found.stack }
    }
    if (output.type === 'anchor') return { base: { stack: [], solved: true }, witness: [] }
    return { base: this.#solveKeys(output, script, 'legacy'), witness: [] }
  }

  redeemScript(hash: Uint8Array): Uint8Array | undefined {
    return this.#known.redeemScript ?? this.#source.scriptOfHash(hash)
  }
}

/**
 * Signs an input as far as the keys at hand go, with the signatures that are there already. What is missing of a multisig
 * stays empty, for others to fill in. As Bitcoin Core's signer does.
 */
export function produceScripts(
  request: ScriptRequest,
  source: SigningSource,
  known: InputSignatures = NO_SIGNATURES,
): ProducedScripts {
  if (known.complete) return { ...known.complete, solved: true, complete: true }
  const { cache, inputIndex, spent } = request
  const solver = new InputSolver(request, source, known)
  const outer = classifyOutput(spent.scriptPubKey)
  const redeemScript = outer.type === 'scripthash' ? solver.redeemScript(outer.hash) : undefined
  const isNested = redeemScript !== undefined && classifyOutput(redeemScript).type !== 'scripthash'
  const { base, witness } = solver.solve(isNested ? redeemScript : spent.scriptPubKey, isNested)
  const scriptSig = createScript(redeemScript ? [...base.stack, redeemScript] : base.stack)
  const flags = STANDARD_SCRIPT_VERIFY_FLAGS
  const checker = new TransactionChecker(cache, inputIndex)
  const { scriptPubKey } = spent
  const complete = base.solved && verifyScript({ scriptSig, scriptPubKey, witness, flags, checker }).ok
  return { scriptSig, witness, solved: base.solved, complete }
}

import { bytesToHex, concatBytes, equalBytes, err, ok, type Result } from '@ply/bytes'
import { hash160, publicKeyFromSecret } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import {
  classifyOutput,
  createP2sh,
  createP2wsh,
  computeTaprootOutputKey,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
} from '@ply/script'
import {
  p2wpkhScriptCode,
  signLegacy,
  type SignRequest,
  signSegwitV0,
  signTaprootKeyPath,
  signTaprootOutputKey,
  signTaprootScriptPath,
} from '../sign/signInput.ts'
import { INPUT } from './fieldType.ts'
import { type PsbtLeaf, psbtLeaves } from './leafScripts.ts'
import { mentionsKey } from './mentionsKey.ts'
import { restrictModifiable } from './modifiable.ts'
import { nonWitnessUtxo, type Psbt, psbtPrevout } from './psbt.ts'
import { psbtSighashCache } from './psbtSighashCache.ts'
import { type PsbtEntry, type PsbtMap, psbtUint32, psbtValue, setPsbtEntry } from './psbtMap.ts'
import { updatePsbtInput } from './updatePsbt.ts'

/** Why an input was not signed. */
export type PsbtSignError =
  | 'psbt-missing-utxo'
  | 'psbt-script-mismatch'
  | 'psbt-key-not-in-script'
  | 'psbt-sighash-type-not-accepted'
  | 'psbt-already-final'

type ScriptToSign =
  | { readonly version: 'legacy' | 'v0'; readonly scriptCode: Uint8Array }
  /** The ways in which a key can sign a taproot output: as the key it was made of, as the output key itself, in leaves. */
  | { readonly version: 'taproot'; readonly keyPath: TaprootKeyPath | undefined; readonly leaves: readonly PsbtLeaf[] }

type TaprootKeyPath = 'tweaked' | 'plain'

/** What a signer signs unless it was told to sign less: all inputs and outputs. */
export const WHOLE_TRANSACTION: readonly number[] = [SIGHASH_ALL, SIGHASH_DEFAULT]

/** The sighash type that an input's map asks for; undefined where it leaves the choice to the signer. */
export const psbtSighashType = (map: PsbtMap): number | undefined => psbtUint32(map, INPUT.sighashType)

/** BIP 174's checks of what a signer is given, down to the script whose hash is signed. */
function findScript(psbt: Psbt, index: number, publicKey: Uint8Array): Result<ScriptToSign, PsbtSignError> {
  const map = psbt.inputs[index]!
  const prevout = psbtPrevout(psbt, index)
  if (!prevout) return err('psbt-missing-utxo')
  // Where both are given, the witness UTXO may not lie about the amount.
  const previous = nonWitnessUtxo(map)?.outputs[psbt.tx.inputs[index]!.prevout.index]
  if (previous && (previous.value !== prevout.value || !equalBytes(previous.scriptPubKey, prevout.scriptPubKey))) {
    return err('psbt-script-mismatch')
  }
  const redeemScript = psbtValue(map, INPUT.redeemScript)
  if (redeemScript && !equalBytes(createP2sh(redeemScript), prevout.scriptPubKey)) return err('psbt-script-mismatch')
  const script = redeemScript ?? prevout.scriptPubKey
  const output = classifyOutput(script)
  const witnessScript = psbtValue(map, INPUT.witnessScript)
  if (witnessScript && !equalBytes(createP2wsh(witnessScript), script)) return err('psbt-script-mismatch')

  switch (output.type) {
    case 'witness_v0_keyhash':
      return publicKey.length === 33 && equalBytes(output.program, hash160(publicKey))
        ? ok({ version: 'v0', scriptCode: p2wpkhScriptCode(publicKey) })
        : err('psbt-key-not-in-script')
    case 'witness_v0_scripthash':
      if (!witnessScript) return err('psbt-script-mismatch')
      return mentionsKey(witnessScript, publicKey)
        ? ok({ version: 'v0', scriptCode: witnessScript })
        : err('psbt-key-not-in-script')
    case 'witness_v1_taproot': {
      if (redeemScript) return err('psbt-script-mismatch')
      const key = publicKey.subarray(1, 33)
      const tweaked = computeTaprootOutputKey(key, psbtValue(map, INPUT.tapMerkleRoot))
      const isTweaked = tweaked !== undefined && equalBytes(tweaked.publicKey, output.program)
      const keyPath = isTweaked ? 'tweaked' : equalBytes(key, output.program) ? 'plain' : undefined
      const leaves = psbtLeaves(map, output.program).filter((leaf) => mentionsKey(leaf.script, key))
      return keyPath !== undefined || leaves.length > 0
        ? ok({ version: 'taproot', keyPath, leaves })
        : err('psbt-key-not-in-script')
    }
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'pubkey':
    case 'pubkeyhash':
    case 'scripthash':
    case 'multisig':
    case 'witness_unknown':
      // BIP 174: no signature from before segwit without the transaction that proves the amount.
      if (!previous) return err('psbt-missing-utxo')
      return mentionsKey(script, publicKey)
        ? ok({ version: 'legacy', scriptCode: script })
        : err('psbt-key-not-in-script')
  }
}

/**
 * BIP 174's Signer for one key and one input. `acceptedHashTypes` are the sighash types that may be asked for; by
 * default only the whole transaction (ALL, and taproot's default).
 */
export function signPsbtInput(
  psbt: Psbt,
  index: number,
  options: {
    readonly secretKey: Uint8Array
    /** That of the secret key, as scripts hold it; by default in compressed form. */
    readonly publicKey?: Uint8Array
    readonly entropy: Entropy
    readonly acceptedHashTypes?: readonly number[]
  },
): Result<Psbt, PsbtSignError> {
  const map = psbt.inputs[index]
  const publicKey = options.publicKey ?? publicKeyFromSecret(options.secretKey)
  if (!map || !publicKey) return err('psbt-key-not-in-script')
  if (psbtValue(map, INPUT.finalScriptSig) ?? psbtValue(map, INPUT.finalScriptWitness)) return err('psbt-already-final')
  const script = findScript(psbt, index, publicKey)
  if (!script.ok) return script
  const accepted = options.acceptedHashTypes ?? WHOLE_TRANSACTION
  const asked = psbtSighashType(map)
  if (asked !== undefined && !accepted.includes(asked)) return err('psbt-sighash-type-not-accepted')

  const { spent, cache } = psbtSighashCache(psbt)
  const request = { cache, inputIndex: index, secretKey: options.secretKey, publicKey }
  if (script.value.version === 'taproot') {
    // BIP 341 signs the outputs that all inputs spend.
    if (spent.includes(undefined)) return err('psbt-missing-utxo')
    const hashType = asked ?? SIGHASH_DEFAULT
    const entries = createTaprootSignatures(request, script.value, { map, hashType, entropy: options.entropy })
    if (!entries) return err('psbt-sighash-type-not-accepted')
    return ok(entries.reduce((signed, entry) => addSignature(signed, index, { entry, hashType }), psbt))
  }
  const hashType = asked ?? SIGHASH_ALL
  // 0 means something in taproot only.
  if (hashType === SIGHASH_DEFAULT) return err('psbt-sighash-type-not-accepted')
  // A signer only adds (BIP 174): a signature of this key that is there already stays.
  if (partialSignatures(map).has(bytesToHex(publicKey))) return ok(psbt)
  const sign = script.value.version === 'v0' ? signSegwitV0 : signLegacy
  const signature = sign(request, script.value.scriptCode, hashType)
  const entry = { type: INPUT.partialSig, keyData: publicKey, value: signature }
  return ok(addSignature(psbt, index, { entry, hashType }))
}

/** Every signature that a key can give for a taproot input (BIP 371); undefined for an undefined sighash type. */
function createTaprootSignatures(
  request: Required<SignRequest>,
  { keyPath, leaves }: Extract<ScriptToSign, { version: 'taproot' }>,
  { map, hashType, entropy }: { readonly map: PsbtMap; readonly hashType: number; readonly entropy: Entropy },
): readonly PsbtEntry[] | undefined {
  const entries: PsbtEntry[] = []
  if (keyPath) {
    const merkleRoot = psbtValue(map, INPUT.tapMerkleRoot)
    const options = { auxRand: entropy.bytes(32), hashType, merkleRoot }
    const value = keyPath === 'plain' ? signTaprootOutputKey(request, options) : signTaprootKeyPath(request, options)
    if (!value) return undefined
    entries.push({ type: INPUT.tapKeySig, keyData: new Uint8Array(0), value })
  }
  const key = request.publicKey.subarray(1, 33)
  for (const { leafHash } of leaves) {
    const value = signTaprootScriptPath(request, { auxRand: entropy.bytes(32), hashType, leafHash })
    if (!value) return undefined
    entries.push({ type: INPUT.tapScriptSig, keyData: concatBytes(key, leafHash), value })
  }
  return entries
}

/** Adds a signature, and closes in version 2 what it covers. */
function addSignature(
  psbt: Psbt,
  index: number,
  { entry, hashType }: { readonly entry: PsbtEntry; readonly hashType: number },
): Psbt {
  const global = psbt.version === 2 ? restrictModifiable(psbt.global, hashType) : psbt.global
  return updatePsbtInput({ ...psbt, global }, index, (map) => setPsbtEntry(map, entry))
}

/** An input's partial signatures by public key in hexadecimal. */
export function partialSignatures(map: PsbtMap): ReadonlyMap<string, Uint8Array> {
  return new Map(
    map.filter((entry) => entry.type === INPUT.partialSig).map((entry) => [bytesToHex(entry.keyData), entry.value]),
  )
}

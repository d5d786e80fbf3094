import { bytesToHex, equalBytes, err, ok, type Result } from '@ply/bytes'
import { hash160, publicKeyFromSecret } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import {
  classifyOutput,
  createP2sh,
  createP2wsh,
  parseScript,
  computeTaprootOutputKey,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
  SighashCache,
} from '@ply/script'
import type { SecretKeys } from '../keys/secretKeys.ts'
import { p2wpkhScriptCode, signLegacy, type SignRequest, signSegwitV0, signTaprootKeyPath } from '../sign/signInput.ts'
import type { WalletState } from '../state/walletState.ts'
import { INPUT } from './fieldType.ts'
import { nonWitnessUtxo, type Psbt, psbtPrevout } from './psbt.ts'
import { type PsbtMap, psbtValue, setPsbtEntry, setPsbtValue } from './psbtMap.ts'
import { updatePsbtInput } from './updatePsbt.ts'

/** Why an input was not signed. */
export type PsbtSignError =
  | 'psbt-missing-utxo'
  | 'psbt-script-mismatch'
  | 'psbt-key-not-in-script'
  | 'psbt-sighash-type-not-accepted'
  | 'psbt-already-final'

type ScriptToSign =
  { readonly version: 'legacy' | 'v0'; readonly scriptCode: Uint8Array } | { readonly version: 'taproot' }

/** The sighash type that an input's map asks for; undefined where it leaves the choice to the signer. */
export function psbtSighashType(map: PsbtMap): number | undefined {
  const value = psbtValue(map, INPUT.sighashType)
  return value && new DataView(value.buffer, value.byteOffset).getUint32(0, true)
}

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
      return equalBytes(output.program, hash160(publicKey))
        ? ok({ version: 'v0', scriptCode: p2wpkhScriptCode(publicKey) })
        : err('psbt-key-not-in-script')
    case 'witness_v0_scripthash':
      if (!witnessScript) return err('psbt-script-mismatch')
      return mentionsKey(witnessScript, publicKey)
        ? ok({ version: 'v0', scriptCode: witnessScript })
        : err('psbt-key-not-in-script')
    case 'witness_v1_taproot': {
      if (redeemScript) return err('psbt-script-mismatch')
      const tweaked = computeTaprootOutputKey(publicKey.subarray(1), psbtValue(map, INPUT.tapMerkleRoot))
      return tweaked && equalBytes(tweaked.publicKey, output.program)
        ? ok({ version: 'taproot' })
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

/** True if a script pushes the key or its HASH160. */
function mentionsKey(script: Uint8Array, publicKey: Uint8Array): boolean {
  const operations = parseScript(script)
  const keyHash = hash160(publicKey)
  return (
    operations.ok &&
    operations.value.some(({ data }) => data && (equalBytes(data, publicKey) || equalBytes(data, keyHash)))
  )
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
    readonly entropy: Entropy
    readonly acceptedHashTypes?: readonly number[]
  },
): Result<Psbt, PsbtSignError> {
  const map = psbt.inputs[index]
  const publicKey = publicKeyFromSecret(options.secretKey)
  if (!map || !publicKey) return err('psbt-key-not-in-script')
  if (psbtValue(map, INPUT.finalScriptSig) ?? psbtValue(map, INPUT.finalScriptWitness)) return err('psbt-already-final')
  const script = findScript(psbt, index, publicKey)
  if (!script.ok) return script
  const accepted = options.acceptedHashTypes ?? [SIGHASH_ALL, SIGHASH_DEFAULT]
  const asked = psbtSighashType(map)
  if (asked !== undefined && !accepted.includes(asked)) return err('psbt-sighash-type-not-accepted')

  const prevouts = psbt.tx.inputs.map((_, i) => psbtPrevout(psbt, i))
  const cache = new SighashCache(psbt.tx, prevouts)
  const request: SignRequest = { cache, inputIndex: index, secretKey: options.secretKey }
  if (script.value.version === 'taproot') {
    // BIP 341 signs the outputs that all inputs spend.
    if (prevouts.includes(undefined)) return err('psbt-missing-utxo')
    const signature = signTaprootKeyPath(request, {
      auxRand: options.entropy.bytes(32),
      hashType: asked ?? SIGHASH_DEFAULT,
      merkleRoot: psbtValue(map, INPUT.tapMerkleRoot),
    })
    if (!signature) return err('psbt-sighash-type-not-accepted')
    return ok(updatePsbtInput(psbt, index, (old) => setPsbtValue(old, INPUT.tapKeySig, signature)))
  }
  const hashType = asked ?? SIGHASH_ALL
  // 0 means something in taproot only.
  if (hashType === SIGHASH_DEFAULT) return err('psbt-sighash-type-not-accepted')
  // A signer only adds (BIP 174): a signature of this key that is there already stays.
  if (partialSignatures(map).has(bytesToHex(publicKey))) return ok(psbt)
  const sign = script.value.version === 'v0' ? signSegwitV0 : signLegacy
  const signature = sign(request, script.value.scriptCode, hashType)
  return ok(
    updatePsbtInput(psbt, index, (old) =>
      setPsbtEntry(old, { type: INPUT.partialSig, keyData: publicKey, value: signature }),
    ),
  )
}

/** Signs every input that spends a coin of the wallet; inputs that cannot be signed are left and named. */
export function signPsbt(
  psbt: Psbt,
  { state, keys, entropy }: { readonly state: WalletState; readonly keys: SecretKeys; readonly entropy: Entropy },
): { readonly psbt: Psbt; readonly signed: number; readonly refused: ReadonlyMap<number, PsbtSignError> } {
  const refused = new Map<number, PsbtSignError>()
  let current = psbt
  let signed = 0
  psbt.tx.inputs.forEach((_, index) => {
    const output = psbtPrevout(psbt, index)
    const key = output && state.addresses.find(output.scriptPubKey)
    if (!key) return
    const result = signPsbtInput(current, index, { secretKey: keys.secretKey(key), entropy })
    if (result.ok) {
      current = result.value
      signed++
    } else {
      refused.set(index, result.error)
    }
  })
  return { psbt: current, signed, refused }
}

/** An input's partial signatures by public key in hexadecimal. */
export function partialSignatures(map: PsbtMap): ReadonlyMap<string, Uint8Array> {
  return new Map(
    map.filter((entry) => entry.type === INPUT.partialSig).map((entry) => [bytesToHex(entry.keyData), entry.value]),
  )
}

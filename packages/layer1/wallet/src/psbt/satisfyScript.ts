import { bytesToHex, equalBytes, err, hexToBytes, ok, type Result } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import {
  decodeMiniscript,
  type HashFragment,
  isLockTimeSatisfied,
  isSequenceSatisfied,
  type MiniscriptContext,
  satisfyMiniscript,
} from '@ply/script'
import { aggregateLeafSignature } from './musig2/aggregateSignature.ts'
import { INPUT } from './fieldType.ts'
import { psbtInputKeys } from './keyOrigins.ts'
import { leafSignature, type PsbtLeaf } from './leafScripts.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, psbtEntries } from './psbtMap.ts'

/** What a script is to be satisfied with. */
interface ScriptSigners {
  readonly context: MiniscriptContext
  /** Gives the signature of a key of the script, if there is one. */
  readonly signatureOf: (key: Uint8Array) => Uint8Array | undefined
  /** Those that the script may hold the hashes of. */
  readonly knownKeys: readonly Uint8Array[]
}

/** BIP 174: preimages lie under their hashes. */
const findPreimage = (map: PsbtMap, fragment: HashFragment, hash: Uint8Array): Uint8Array | undefined =>
  psbtEntries(map, INPUT[fragment]).find(({ keyData, value }) => value.length === 32 && equalBytes(keyData, hash))
    ?.value

function satisfy(
  { tx, inputs }: Psbt,
  index: number,
  script: Uint8Array,
  { context, signatureOf, knownKeys }: ScriptSigners,
): Result<readonly Uint8Array[], 'psbt-missing-signature' | 'psbt-unknown-script'> {
  const map = inputs[index]!
  const decoded = decodeMiniscript(script, context, (hash) => knownKeys.find((key) => equalBytes(hash160(key), hash)))
  if (!decoded.ok) return err('psbt-unknown-script')
  const { root, keys } = decoded.value
  const found = satisfyMiniscript(root, {
    publicKey: (place) => keys[place]!,
    signature: (place) => signatureOf(keys[place]!),
    preimage: (fragment, hash) => findPreimage(map, fragment, hash),
    isOlder: (lock) => isSequenceSatisfied(tx, index, lock),
    isAfter: (lock) => isLockTimeSatisfied(tx, index, lock),
  })
  // A witness that others can change is no better than none: it might be the other one that confirms.
  return found && !found.malleable ? ok(found.stack) : err('psbt-missing-signature')
}

/**
 * The smallest stack that satisfies a witness script that is a miniscript expression (BIP 379), the script itself not
 * among its items. Signatures, preimages and locks are those of the PSBT.
 */
export function satisfyWitnessScript(
  psbt: Psbt,
  index: number,
  script: Uint8Array,
  signatures: ReadonlyMap<string, Uint8Array>,
): ReturnType<typeof satisfy> {
  const named = psbtInputKeys(psbt.inputs[index]!).map(({ publicKey }) => publicKey)
  return satisfy(psbt, index, script, {
    context: 'wsh',
    signatureOf: (key) => signatures.get(bytesToHex(key)),
    knownKeys: [...[...signatures.keys()].map(hexToBytes), ...named],
  })
}

/** {@link satisfyWitnessScript} for a tapscript. */
export function satisfyLeaf(psbt: Psbt, index: number, { script, leafHash }: PsbtLeaf): ReturnType<typeof satisfy> {
  const map = psbt.inputs[index]!
  return satisfy(psbt, index, script, {
    context: 'tapscript',
    signatureOf: (key) => leafSignature(map, key, leafHash) ?? aggregateLeafSignature(psbt, index, { key, leafHash }),
    knownKeys: psbtInputKeys(map).map(({ publicKey }) => publicKey),
  })
}

import { assert, concatBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, hash160, publicKeyFromSecret, schnorrSign, sha256 } from '@ply/crypto'
import {
  computeLegacySighash,
  computeSegwitV0Sighash,
  computeTaprootSecretKey,
  computeTaprootSighash,
  createMultisig,
  createP2pkh,
  createP2wpkh,
  createP2wsh,
  createScript,
  createTaprootOutput,
  OP_CHECKSIG,
  SIGHASH_ALL,
  SIGHASH_DEFAULT,
  type SighashCache,
} from '@ply/script'

/** What an input needs beside its outpoint. */
export interface Spend {
  readonly scriptSig: Uint8Array
  readonly witness: readonly Uint8Array[]
}

/** An output whose keys nobody else has. */
export interface OwnOutput {
  readonly scriptPubKey: Uint8Array
  spend(cache: SighashCache, inputIndex: number): Spend
}

export type OutputKind = 'P2WPKH' | 'P2TR key path' | 'P2PKH' | 'P2WSH 2-of-3' | 'P2TR script path'

/** The mix of the benchmark: shares of one hundred. */
export const OUTPUT_MIX: Readonly<Record<OutputKind, number>> = {
  P2WPKH: 50,
  'P2TR key path': 30,
  P2PKH: 10,
  'P2WSH 2-of-3': 5,
  'P2TR script path': 5,
}

const NOTHING = new Uint8Array(0)
const AUXILIARY = new Uint8Array(32)
const ALL = Uint8Array.of(SIGHASH_ALL)

function present<T>(value: T | undefined): T {
  assert(value !== undefined, 'a secret key is in range')
  return value
}

const sign = (hash: Uint8Array, secret: Uint8Array): Uint8Array =>
  concatBytes(encodeDer(present(ecdsaSign(hash, secret))), ALL)

const witnessOnly = (...witness: Uint8Array[]): Spend => ({ scriptSig: NOTHING, witness })

function createKeyHashOutput(secret: Uint8Array): OwnOutput {
  const publicKey = present(publicKeyFromSecret(secret))
  const scriptCode = createP2pkh(hash160(publicKey))
  return {
    scriptPubKey: createP2wpkh(hash160(publicKey)),
    spend(cache, inputIndex) {
      const hash = computeSegwitV0Sighash(cache, { inputIndex, scriptCode, hashType: SIGHASH_ALL })
      return witnessOnly(sign(hash, secret), publicKey)
    },
  }
}

function createLegacyOutput(secret: Uint8Array): OwnOutput {
  const publicKey = present(publicKeyFromSecret(secret))
  const scriptPubKey = createP2pkh(hash160(publicKey))
  return {
    scriptPubKey,
    spend(cache, inputIndex) {
      const hash = computeLegacySighash(cache, { inputIndex, scriptCode: scriptPubKey, hashType: SIGHASH_ALL })
      return { scriptSig: createScript([sign(hash, secret), publicKey]), witness: [] }
    },
  }
}

function createMultisigOutput(secret: Uint8Array): OwnOutput {
  const secrets = [secret, sha256(secret), sha256(sha256(secret))]
  const scriptCode = createMultisig(
    2,
    secrets.map((each) => present(publicKeyFromSecret(each))),
  )
  // Which two of the three sign differs from output to output.
  const absent = secret[0]! % 3
  return {
    scriptPubKey: createP2wsh(scriptCode),
    spend(cache, inputIndex) {
      const hash = computeSegwitV0Sighash(cache, { inputIndex, scriptCode, hashType: SIGHASH_ALL })
      const signatures = secrets.filter((_, i) => i !== absent).map((each) => sign(hash, each))
      return witnessOnly(NOTHING, ...signatures, scriptCode)
    },
  }
}

function createTaprootKeyOutput(secret: Uint8Array): OwnOutput {
  const internalKey = present(publicKeyFromSecret(secret)).slice(1)
  return {
    scriptPubKey: present(createTaprootOutput(internalKey)).scriptPubKey,
    spend(cache, inputIndex) {
      const hash = present(computeTaprootSighash(cache, { inputIndex, hashType: SIGHASH_DEFAULT }))
      return witnessOnly(present(schnorrSign(hash, present(computeTaprootSecretKey(secret)), AUXILIARY)))
    },
  }
}

function createTaprootScriptOutput(secret: Uint8Array): OwnOutput {
  const xOnly = (key: Uint8Array): Uint8Array => present(publicKeyFromSecret(key)).slice(1)
  const script = createScript([xOnly(secret), OP_CHECKSIG])
  const other = createScript([xOnly(sha256(secret)), OP_CHECKSIG])
  const output = present(createTaprootOutput(xOnly(sha256(secret)), [{ script }, { script: other }]))
  const { controlBlock, leafHash } = output.leaves[0]!
  return {
    scriptPubKey: output.scriptPubKey,
    spend(cache, inputIndex) {
      const hash = present(computeTaprootSighash(cache, { inputIndex, hashType: SIGHASH_DEFAULT, leafHash }))
      return witnessOnly(present(schnorrSign(hash, secret, AUXILIARY)), script, controlBlock)
    },
  }
}

const CREATORS: Readonly<Record<OutputKind, (secret: Uint8Array) => OwnOutput>> = {
  P2WPKH: createKeyHashOutput,
  'P2TR key path': createTaprootKeyOutput,
  P2PKH: createLegacyOutput,
  'P2WSH 2-of-3': createMultisigOutput,
  'P2TR script path': createTaprootScriptOutput,
}

/** The output of a kind with the keys that follow from `secret`. */
export const createOutput = (kind: OutputKind, secret: Uint8Array): OwnOutput => CREATORS[kind](secret)

/** The kind at `share` (0 to 99) of the mix. */
export function kindAt(share: number): OutputKind {
  let left = share
  for (const [kind, part] of Object.entries(OUTPUT_MIX) as [OutputKind, number][]) {
    if (left < part) return kind
    left -= part
  }
  throw new RangeError(`share ${share} of a hundred`)
}

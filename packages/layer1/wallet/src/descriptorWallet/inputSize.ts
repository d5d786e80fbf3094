import { compactSizeLength, equalBytes } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { WITNESS_SCALE_FACTOR } from '@ply/primitives'
import { classifyOutput, computeResourceUse, decodeMiniscript, type DerivedOutput } from '@ply/script'
import { SATISFACTION_WEIGHTS } from '../coins/weight.ts'

/** Weight of an outpoint, a sequence and an empty scriptSig. */
export const EMPTY_INPUT_WEIGHT = 41 * WITNESS_SCALE_FACTOR
/** Low s, but r as it comes: a cosigner may not look for a small one. */
const COSIGNER_SIGNATURE_SIZE = 72
const OWN_SIGNATURE_SIZE = 71
/** Every input of a segwit transaction has a count of witness items. */
const EMPTY_WITNESS = 1

const pushSize = (length: number): number => length + (length < 76 ? 1 : length < 256 ? 2 : 3)

/** Bytes that satisfy a script in legacy and v0 outputs, each item with one byte in front. */
function satisfactionSize(script: Uint8Array): number | undefined {
  const output = classifyOutput(script)
  switch (output.type) {
    case 'pubkey':
      return 1 + OWN_SIGNATURE_SIZE
    case 'pubkeyhash':
      return 1 + OWN_SIGNATURE_SIZE + 1 + 33
    case 'multisig':
      return 1 + output.required * (1 + COSIGNER_SIGNATURE_SIZE)
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'scripthash':
    case 'witness_v0_keyhash':
    case 'witness_v0_scripthash':
    case 'witness_v1_taproot':
    case 'witness_unknown':
      return undefined
  }
}

/** Bytes that satisfy a miniscript at most, each item with one byte in front; the keys of its hashes must be known. */
function miniscriptSize(script: Uint8Array, { keys = [] }: Partial<DerivedOutput>): number | undefined {
  const decoded = decodeMiniscript(script, 'wsh', (hash) =>
    keys.map(({ publicKey }) => publicKey).find((key) => equalBytes(hash160(key), hash)),
  )
  return decoded.ok ? computeResourceUse(decoded.value.root)?.witnessSize : undefined
}

/** Bytes of a witness for a v0 script: the count of its items, the items, the script. */
function witnessSize(derived: Partial<DerivedOutput>): number | undefined {
  const { witnessScript: script } = derived
  const satisfaction = script && (satisfactionSize(script) ?? miniscriptSize(script, derived))
  if (script === undefined || satisfaction === undefined) return undefined
  return 1 + satisfaction + compactSizeLength(script.length) + script.length
}

/** Weight of what satisfies a script beyond an empty input; undefined where that cannot be told. */
function satisfactionWeight(script: Uint8Array, derived: Partial<DerivedOutput>): number | undefined {
  switch (classifyOutput(script).type) {
    case 'witness_v0_keyhash':
      return derived.keys?.length === 1 ? SATISFACTION_WEIGHTS.p2wpkh : undefined
    case 'witness_v0_scripthash':
      return witnessSize(derived)
    case 'witness_v1_taproot':
      return derived.keys !== undefined ? SATISFACTION_WEIGHTS.p2tr : undefined
    case 'scripthash': {
      const { redeemScript } = derived
      if (!redeemScript) return undefined
      const inner = satisfactionWeight(redeemScript, derived)
      return inner === undefined ? undefined : inner + WITNESS_SCALE_FACTOR * pushSize(redeemScript.length)
    }
    case 'pubkey':
    case 'pubkeyhash':
    case 'multisig': {
      if (!derived.keys?.length) return undefined
      // One byte for each item's length stands in the size already.
      return WITNESS_SCALE_FACTOR * satisfactionSize(script)! + EMPTY_WITNESS
    }
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'witness_unknown':
      return undefined
  }
}

/** Weight of the byte by which an ECDSA signature of one key may be longer than one of ours. */
function longerSignature(scriptPubKey: Uint8Array, redeemScript: Uint8Array | undefined): number {
  switch (classifyOutput(redeemScript ?? scriptPubKey).type) {
    case 'witness_v0_keyhash':
      return COSIGNER_SIGNATURE_SIZE - OWN_SIGNATURE_SIZE
    case 'pubkey':
    case 'pubkeyhash':
      return WITNESS_SCALE_FACTOR * (COSIGNER_SIGNATURE_SIZE - OWN_SIGNATURE_SIZE)
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'multisig':
    case 'scripthash':
    case 'witness_v0_scripthash':
    case 'witness_v1_taproot':
    case 'witness_unknown':
      return 0
  }
}

/**
 * Weight that an input adds to a segwit transaction once it is signed, by the wallet itself or `byOthers`, who may not look for
 * short signatures; undefined for what nobody knows to sign.
 */
export function signedInputWeight(
  scriptPubKey: Uint8Array,
  derived: Partial<DerivedOutput>,
  { byOthers = false } = {},
): number | undefined {
  const weight = satisfactionWeight(scriptPubKey, derived)
  if (weight === undefined) return undefined
  const extra = byOthers ? longerSignature(scriptPubKey, derived.redeemScript) : 0
  return EMPTY_INPUT_WEIGHT + weight + extra
}

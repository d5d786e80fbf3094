import { ByteReader, DecodeError } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import { readOutput, readTransaction } from '@ply/primitives'
import { isDefinedHashType, isStrictDerSignature, LOCKTIME_THRESHOLD } from '@ply/script'
import { GLOBAL, INPUT, OUTPUT } from './fieldType.ts'
import type { PsbtEntry, PsbtMap } from './psbtMap.ts'

/** The form that a field's key data and value must have. */
interface FieldRule {
  readonly name: string
  readonly key: (keyData: Uint8Array) => boolean
  readonly value: (reader: ByteReader, keyData: Uint8Array) => void
}

type Rules = ReadonlyMap<number, FieldRule>

const noKey = (key: Uint8Array): boolean => key.length === 0
const keyOf =
  (...lengths: readonly number[]) =>
  (key: Uint8Array): boolean =>
    lengths.includes(key.length)
const compressedKey = (key: Uint8Array): boolean => key.length === 33 && isPublicKey(key)
const fullKey = (key: Uint8Array): boolean => (key.length === 33 || key.length === 65) && isPublicKey(key)
const twoKeys = (key: Uint8Array): boolean =>
  (key.length === 66 || key.length === 98) && isPublicKey(key.subarray(0, 33)) && isPublicKey(key.subarray(33, 66))

const anything = (reader: ByteReader): void => void reader.view(reader.remaining)
const exactly =
  (length: number) =>
  (reader: ByteReader): void =>
    void reader.view(length)
const fail = (message: string): never => {
  throw new DecodeError('psbt-bad-value', message)
}

/** Fingerprint and path: four bytes each, and at least the fingerprint. */
function keyOrigin(reader: ByteReader): void {
  if (reader.remaining === 0 || reader.remaining % 4 !== 0) fail('key origin is no list of 32-bit numbers')
  anything(reader)
}

function tapKeyOrigin(reader: ByteReader): void {
  const hashes = reader.compactSize()
  for (let i = 0; i < hashes; i++) reader.view(32)
  keyOrigin(reader)
}

/** BIP 370: the two kinds of lock time lie on either side of the threshold. */
function timeLock(reader: ByteReader): void {
  if (reader.u32() < LOCKTIME_THRESHOLD) fail('required time lock is less than 500000000')
}

function heightLock(reader: ByteReader): void {
  const height = reader.u32()
  if (height === 0 || height >= LOCKTIME_THRESHOLD) fail('required height lock is 0 or not less than 500000000')
}

function schnorrSignature(reader: ByteReader): void {
  if (reader.remaining !== 64 && reader.remaining !== 65) fail('Schnorr signature of neither 64 nor 65 bytes')
  anything(reader)
}

function leafScript(reader: ByteReader): void {
  if (reader.remaining === 0) fail('leaf script without its version')
  anything(reader)
}

function publicKeys(reader: ByteReader): void {
  if (reader.remaining === 0 || reader.remaining % 33 !== 0) fail('participants are no list of public keys')
  while (reader.remaining > 0) if (!isPublicKey(reader.view(33))) fail('participant key is not on the curve')
}

/** A signature with its sighash byte, as the network takes it. */
function ecdsaSignature(reader: ByteReader): void {
  const signature = reader.view(reader.remaining)
  if (!isStrictDerSignature(signature) || !isDefinedHashType(signature)) fail('not a DER signature with a sighash type')
}

/** Leaves in depth-first order must make one whole binary tree (BIP 371). */
function tapTree(reader: ByteReader): void {
  if (reader.remaining === 0) fail('taproot tree is empty')
  // Each entry of `open` is the depth of a subtree that waits for its right half.
  const open: number[] = []
  let complete = false
  while (reader.remaining > 0) {
    if (complete) fail('taproot tree has too many leaves')
    let depth = reader.u8()
    if (depth > 128) fail('taproot leaf is too deep')
    if ((reader.u8() & 1) !== 0) fail('taproot leaf version is odd')
    reader.varBytes()
    if (depth < (open.at(-1) ?? 0)) fail('taproot leaves are not in depth-first order')
    while (open.at(-1) === depth) {
      open.pop()
      depth--
    }
    if (depth === 0) complete = true
    else open.push(depth)
  }
  if (!complete) fail('taproot tree is not complete')
}

function proprietaryKey(keyData: Uint8Array): boolean {
  const reader = new ByteReader(keyData)
  reader.varBytes()
  reader.compactSize(true)
  return true
}

function witnessStack(reader: ByteReader): void {
  const count = reader.compactSize()
  for (let i = 0; i < count; i++) reader.varBytes()
}

/** An extended key's depth must agree with the length of its path. */
function xpubOrigin(reader: ByteReader, keyData: Uint8Array): void {
  if (reader.remaining !== 4 + 4 * keyData[4]!) fail('path length differs from the depth of the extended key')
  anything(reader)
}

const rule = (name: string, key: FieldRule['key'], value: FieldRule['value']): FieldRule => ({ name, key, value })

export const GLOBAL_RULES: Rules = new Map([
  [GLOBAL.unsignedTx, rule('unsigned transaction', noKey, anything)],
  [GLOBAL.xpub, rule('extended public key', (key) => key.length === 78 && isPublicKey(key.subarray(45)), xpubOrigin)],
  [GLOBAL.txVersion, rule('transaction version', noKey, exactly(4))],
  [GLOBAL.fallbackLockTime, rule('fallback lock time', noKey, exactly(4))],
  [GLOBAL.inputCount, rule('input count', noKey, (reader) => void reader.compactSize(true))],
  [GLOBAL.outputCount, rule('output count', noKey, (reader) => void reader.compactSize(true))],
  [GLOBAL.txModifiable, rule('modifiable flags', noKey, exactly(1))],
  [GLOBAL.version, rule('version', noKey, exactly(4))],
  [GLOBAL.proprietary, rule('proprietary', proprietaryKey, anything)],
])

export const INPUT_RULES: Rules = new Map([
  [INPUT.nonWitnessUtxo, rule('non-witness UTXO', noKey, (reader) => void readTransaction(reader))],
  [INPUT.witnessUtxo, rule('witness UTXO', noKey, (reader) => void readOutput(reader))],
  [INPUT.partialSig, rule('partial signature', fullKey, ecdsaSignature)],
  [INPUT.sighashType, rule('sighash type', noKey, exactly(4))],
  [INPUT.redeemScript, rule('redeem script', noKey, anything)],
  [INPUT.witnessScript, rule('witness script', noKey, anything)],
  [INPUT.bip32Derivation, rule('BIP 32 derivation', fullKey, keyOrigin)],
  [INPUT.finalScriptSig, rule('final scriptSig', noKey, anything)],
  [INPUT.finalScriptWitness, rule('final witness', noKey, witnessStack)],
  [INPUT.ripemd160, rule('RIPEMD160 preimage', keyOf(20), anything)],
  [INPUT.sha256, rule('SHA256 preimage', keyOf(32), anything)],
  [INPUT.hash160, rule('HASH160 preimage', keyOf(20), anything)],
  [INPUT.hash256, rule('HASH256 preimage', keyOf(32), anything)],
  [INPUT.previousTxid, rule('previous txid', noKey, exactly(32))],
  [INPUT.outputIndex, rule('output index', noKey, exactly(4))],
  [INPUT.sequence, rule('sequence', noKey, exactly(4))],
  [INPUT.requiredTimeLockTime, rule('required time lock', noKey, timeLock)],
  [INPUT.requiredHeightLockTime, rule('required height lock', noKey, heightLock)],
  [INPUT.tapKeySig, rule('taproot key signature', noKey, schnorrSignature)],
  [INPUT.tapScriptSig, rule('taproot script signature', keyOf(64), schnorrSignature)],
  [INPUT.tapLeafScript, rule('taproot leaf script', (key) => key.length >= 33 && key.length % 32 === 1, leafScript)],
  [INPUT.tapBip32Derivation, rule('taproot BIP 32 derivation', keyOf(32), tapKeyOrigin)],
  [INPUT.tapInternalKey, rule('taproot internal key', noKey, exactly(32))],
  [INPUT.tapMerkleRoot, rule('taproot merkle root', noKey, exactly(32))],
  [INPUT.musig2Participants, rule('MuSig2 participants', compressedKey, publicKeys)],
  [INPUT.musig2PublicNonce, rule('MuSig2 public nonce', twoKeys, exactly(66))],
  [INPUT.musig2PartialSig, rule('MuSig2 partial signature', twoKeys, exactly(32))],
  [INPUT.proprietary, rule('proprietary', proprietaryKey, anything)],
])

export const OUTPUT_RULES: Rules = new Map([
  [OUTPUT.redeemScript, rule('redeem script', noKey, anything)],
  [OUTPUT.witnessScript, rule('witness script', noKey, anything)],
  [OUTPUT.bip32Derivation, rule('BIP 32 derivation', fullKey, keyOrigin)],
  [OUTPUT.amount, rule('amount', noKey, exactly(8))],
  [OUTPUT.script, rule('script', noKey, anything)],
  [OUTPUT.tapInternalKey, rule('taproot internal key', noKey, exactly(32))],
  [OUTPUT.tapTree, rule('taproot tree', noKey, tapTree)],
  [OUTPUT.tapBip32Derivation, rule('taproot BIP 32 derivation', keyOf(32), tapKeyOrigin)],
  [OUTPUT.musig2Participants, rule('MuSig2 participants', compressedKey, publicKeys)],
  [OUTPUT.proprietary, rule('proprietary', proprietaryKey, anything)],
])

/** BIP 370's fields, which a version 0 map must not have: global 02–06, input 0e–12, output 03–04. */
export const VERSION_2_GLOBALS: ReadonlySet<number> = new Set([
  GLOBAL.txVersion,
  GLOBAL.fallbackLockTime,
  GLOBAL.inputCount,
  GLOBAL.outputCount,
  GLOBAL.txModifiable,
])
export const VERSION_2_INPUTS: ReadonlySet<number> = new Set([
  INPUT.previousTxid,
  INPUT.outputIndex,
  INPUT.sequence,
  INPUT.requiredTimeLockTime,
  INPUT.requiredHeightLockTime,
])
export const VERSION_2_OUTPUTS: ReadonlySet<number> = new Set([OUTPUT.amount, OUTPUT.script])

/**
 * Holds every field of a map that has a rule against it; fields without a rule pass. Throws inside a codec:
 * `psbt-field-not-allowed`, `psbt-bad-key`, `psbt-bad-value` and what the value's own codec finds.
 */
export function checkPsbtFields(map: PsbtMap, rules: Rules, forbidden: ReadonlySet<number>): void {
  for (const entry of map) {
    if (forbidden.has(entry.type)) {
      throw new DecodeError('psbt-field-not-allowed', `field 0x${entry.type.toString(16)} belongs to PSBT version 2`)
    }
    const found = rules.get(entry.type)
    if (found) checkField(entry, found)
  }
}

function checkField(entry: PsbtEntry, { name, key, value }: FieldRule): void {
  if (!key(entry.keyData)) throw new DecodeError('psbt-bad-key', `bad key data of ${name}`)
  const reader = new ByteReader(entry.value)
  value(reader, entry.keyData)
  if (reader.remaining > 0) throw new DecodeError('psbt-bad-value', `${name} is too long`)
}

import { ByteReader, DecodeError } from '@ply/bytes'
import { isPublicKey } from '@ply/crypto'
import { readOutput, readTransaction } from '@ply/primitives'
import { isDefinedHashType, isStrictDerSignature, LOCKTIME_THRESHOLD } from '@ply/script'
import { GLOBAL, INPUT, OUTPUT, type PsbtPlace } from './fieldType.ts'
import type { PsbtMap, PsbtPairCheck } from './psbtMap.ts'

/** The form that a field's key data and value must have; violations in Bitcoin Core's words. */
interface FieldRule {
  readonly name: string
  readonly key: (keyData: Uint8Array, name: string) => void
  readonly value: (reader: ByteReader, keyData: Uint8Array) => void
}

type Rules = ReadonlyMap<number, FieldRule>

const fail = (message: string): never => {
  throw new DecodeError('psbt-bad-value', message)
}
const failKey = (message: string): never => {
  throw new DecodeError('psbt-bad-key', message)
}

/** Key data of so many bytes; Bitcoin Core counts the type in front of them, too. */
const keyOf =
  (length: number): FieldRule['key'] =>
  (key, name) => {
    if (key.length !== length) failKey(`Size of key was not ${length + 1} for the type ${name}`)
  }
const noKey = keyOf(0)

/** A public key that is none of the hybrid ones; `what` is what Bitcoin Core calls the field. */
const fullKey =
  (what: string): FieldRule['key'] =>
  (key) => {
    if (key.length !== 33 && key.length !== 65) failKey(`Size of key was not the expected size for the type ${what}`)
    if (!isPublicKey(key)) failKey('Invalid pubkey')
  }

const aggregateKey =
  (place: PsbtPlace): FieldRule['key'] =>
  (key, name) => {
    keyOf(33)(key, name)
    if (!isPublicKey(key)) failKey(`${place} musig2 aggregate pubkey is invalid`)
  }

/** BIP 373: a participant and an aggregate, for a tapscript also the leaf. */
const twoKeys =
  (what: string): FieldRule['key'] =>
  (key) => {
    if (key.length !== 66 && key.length !== 98)
      failKey(`Input musig2 ${what} key is not expected size of 67 or 99 bytes`)
    if (!isPublicKey(key.subarray(0, 33))) failKey('musig2 participant pubkey is invalid')
    if (!isPublicKey(key.subarray(33, 66))) failKey('musig2 aggregate pubkey is invalid')
  }

function controlBlock(key: Uint8Array): void {
  if (key.length < 33) failKey('Input Taproot leaf script key is not at least 34 bytes')
  if (key.length % 32 !== 1) failKey("Input Taproot leaf script key's control block size is not valid")
}

const WRONG_SIZE = 'Size of value was not the stated size'

const anything = (reader: ByteReader): void => void reader.view(reader.remaining)
const exactly =
  (length: number, message = WRONG_SIZE) =>
  (reader: ByteReader): void => {
    if (reader.remaining !== length) fail(message)
    anything(reader)
  }

/** Fingerprint and path: four bytes each, and at least the fingerprint. */
function keyOrigin(reader: ByteReader): void {
  if (reader.remaining === 0 || reader.remaining % 4 !== 0) fail('Invalid length for HD key path')
  anything(reader)
}

const tapKeyOrigin =
  (place: PsbtPlace) =>
  (reader: ByteReader): void => {
    const message = `${place} Taproot BIP32 keypath has an invalid length`
    if (reader.remaining === 0) fail(message)
    const hashes = reader.compactSize()
    if (reader.remaining < 32 * hashes) fail(message)
    reader.view(32 * hashes)
    keyOrigin(reader)
  }

/** BIP 370: the two kinds of lock time lie on either side of the threshold. */
function timeLock(reader: ByteReader): void {
  if (reader.u32() < LOCKTIME_THRESHOLD) fail('Required time based locktime is invalid (less than 500000000)')
}

function heightLock(reader: ByteReader): void {
  const height = reader.u32()
  const message = 'Required height based locktime is invalid'
  if (height >= LOCKTIME_THRESHOLD) fail(`${message} (greater than or equal to 500000000)`)
  if (height === 0) fail(`${message} (0)`)
}

const schnorrSignature =
  (path: string) =>
  (reader: ByteReader): void => {
    if (reader.remaining < 64) fail(`Input Taproot ${path} path signature is shorter than 64 bytes`)
    if (reader.remaining > 65) fail(`Input Taproot ${path} path signature is longer than 65 bytes`)
    anything(reader)
  }

function leafScript(reader: ByteReader): void {
  if (reader.remaining === 0) fail('Input Taproot leaf script must be at least 1 byte')
  anything(reader)
}

const participants =
  (place: PsbtPlace) =>
  (reader: ByteReader): void => {
    const isEmpty = reader.remaining === 0
    while (reader.remaining >= 33) {
      if (!isPublicKey(reader.view(33))) fail(`${place} musig2 participant pubkey is invalid`)
    }
    if (isEmpty || reader.remaining > 0) {
      fail(`${place} musig2 participants pubkeys value size is not a multiple of 33`)
    }
  }

/** A signature with its sighash byte, as the network takes it. */
function ecdsaSignature(reader: ByteReader): void {
  const signature = reader.view(reader.remaining)
  if (!isStrictDerSignature(signature) || !isDefinedHashType(signature)) fail('Signature is not a valid encoding')
}

/** Leaves in depth-first order must make one whole binary tree (BIP 371). */
function tapTree(reader: ByteReader): void {
  const malformed = (): never => fail('Output Taproot tree is malformed')
  if (reader.remaining === 0) fail('Output Taproot tree must not be empty')
  // Each entry of `open` is the depth of a subtree that waits for its right half.
  const open: number[] = []
  let complete = false
  while (reader.remaining > 0) {
    if (complete) malformed()
    let depth = reader.u8()
    if (depth > 128) fail('Output Taproot tree has as leaf greater than Taproot maximum depth')
    if ((reader.u8() & 1) !== 0) fail('Output Taproot tree has a leaf with an invalid leaf version')
    reader.varBytes()
    if (depth < (open.at(-1) ?? 0)) malformed()
    while (open.at(-1) === depth) {
      open.pop()
      depth--
    }
    if (depth === 0) complete = true
    else open.push(depth)
  }
  if (!complete) malformed()
}

function proprietaryKey(keyData: Uint8Array): void {
  const reader = new ByteReader(keyData)
  reader.varBytes()
  reader.compactSize(true)
}

function witnessStack(reader: ByteReader): void {
  const count = reader.compactSize()
  for (let i = 0; i < count; i++) reader.varBytes()
}

function extendedKey(key: Uint8Array, name: string): void {
  keyOf(78)(key, name)
  if (!isPublicKey(key.subarray(45))) failKey('Invalid pubkey')
}

/** An extended key's depth must agree with the length of its path. */
function xpubOrigin(reader: ByteReader, keyData: Uint8Array): void {
  if (reader.remaining !== 4 + 4 * keyData[4]!) fail('Invalid length for HD key path')
  anything(reader)
}

const rule = (name: string, key: FieldRule['key'], value: FieldRule['value']): FieldRule => ({ name, key, value })

const GLOBAL_RULES: Rules = new Map([
  [GLOBAL.unsignedTx, rule('Global Unsigned TX', noKey, anything)],
  [GLOBAL.xpub, rule('Global XPUB', extendedKey, xpubOrigin)],
  [GLOBAL.txVersion, rule('Global Transaction Version', noKey, exactly(4))],
  [GLOBAL.fallbackLockTime, rule('Global Fallback Locktime', noKey, exactly(4))],
  [GLOBAL.inputCount, rule('Global Input Count', noKey, (reader) => void reader.compactSize(true))],
  [GLOBAL.outputCount, rule('Global Output Count', noKey, (reader) => void reader.compactSize(true))],
  [GLOBAL.txModifiable, rule('Global TX Modifiable Flags', noKey, exactly(1))],
  [GLOBAL.version, rule('Global PSBT Version', noKey, exactly(4))],
  [GLOBAL.proprietary, rule('proprietary', proprietaryKey, anything)],
])

const INPUT_RULES: Rules = new Map([
  [INPUT.nonWitnessUtxo, rule('Input Non-witness UTXO', noKey, (reader) => void readTransaction(reader))],
  [INPUT.witnessUtxo, rule('Input Witness UTXO', noKey, (reader) => void readOutput(reader))],
  [INPUT.partialSig, rule('Input Partial Signature', fullKey('partial signature pubkey'), ecdsaSignature)],
  [INPUT.sighashType, rule('Input Sighash Type', noKey, exactly(4))],
  [INPUT.redeemScript, rule('Input redeemScript', noKey, anything)],
  [INPUT.witnessScript, rule('Input witnessScript', noKey, anything)],
  [INPUT.bip32Derivation, rule('Input BIP32 Keypath', fullKey('BIP32 keypath'), keyOrigin)],
  [INPUT.finalScriptSig, rule('Input Final scriptSig', noKey, anything)],
  [INPUT.finalScriptWitness, rule('Input Final scriptWitness', noKey, witnessStack)],
  [INPUT.ripemd160, rule('Input RIPEMD160 Preimage', keyOf(20), anything)],
  [INPUT.sha256, rule('Input SHA256 Preimage', keyOf(32), anything)],
  [INPUT.hash160, rule('Input Hash160 Preimage', keyOf(20), anything)],
  [INPUT.hash256, rule('Input Hash256 Preimage', keyOf(32), anything)],
  [INPUT.previousTxid, rule('Input Previous TXID', noKey, exactly(32))],
  [INPUT.outputIndex, rule("Input Previous Output's Index", noKey, exactly(4))],
  [INPUT.sequence, rule('Input Sequence', noKey, exactly(4))],
  [INPUT.requiredTimeLockTime, rule('Input Required Time Based Locktime', noKey, timeLock)],
  [INPUT.requiredHeightLockTime, rule('Input Required Height Based Locktime', noKey, heightLock)],
  [INPUT.tapKeySig, rule('Input Taproot Key Path Signature', noKey, schnorrSignature('key'))],
  [INPUT.tapScriptSig, rule('Input Taproot Script Path Signature', keyOf(64), schnorrSignature('script'))],
  [INPUT.tapLeafScript, rule('Input Taproot Leaf Script', controlBlock, leafScript)],
  [INPUT.tapBip32Derivation, rule('Input Taproot BIP32 Keypath', keyOf(32), tapKeyOrigin('Input'))],
  [INPUT.tapInternalKey, rule('Input Taproot Internal Key', noKey, exactly(32))],
  [INPUT.tapMerkleRoot, rule('Input Taproot Merkle Root', noKey, exactly(32))],
  [INPUT.musig2Participants, rule('Input MuSig2 Participants Pubkeys', aggregateKey('Input'), participants('Input'))],
  [
    INPUT.musig2PublicNonce,
    rule('Input MuSig2 Public Nonce', twoKeys('pubnonce'), exactly(66, 'Input musig2 pubnonce value is not 66 bytes')),
  ],
  [INPUT.musig2PartialSig, rule('Input MuSig2 Partial Signature', twoKeys('partial sig'), exactly(32))],
  [INPUT.proprietary, rule('proprietary', proprietaryKey, anything)],
])

const OUTPUT_RULES: Rules = new Map([
  [OUTPUT.redeemScript, rule('Output redeemScript', noKey, anything)],
  [OUTPUT.witnessScript, rule('Output witnessScript', noKey, anything)],
  [OUTPUT.bip32Derivation, rule('Output BIP32 Keypath', fullKey('BIP32 keypath'), keyOrigin)],
  [OUTPUT.amount, rule('Output Amount', noKey, exactly(8))],
  [OUTPUT.script, rule('Output Script', noKey, anything)],
  [OUTPUT.tapInternalKey, rule('Output Taproot Internal Key', noKey, exactly(32))],
  [OUTPUT.tapTree, rule('Output Taproot Tree Key', noKey, tapTree)],
  [OUTPUT.tapBip32Derivation, rule('Output Taproot BIP32 Keypath', keyOf(32), tapKeyOrigin('Output'))],
  [
    OUTPUT.musig2Participants,
    rule('Output MuSig2 Participants Pubkeys', aggregateKey('Output'), participants('Output')),
  ],
  [OUTPUT.proprietary, rule('proprietary', proprietaryKey, anything)],
])

/** BIP 370's fields, which a version 0 map must not have: global 02–06, input 0e–12, output 03–04; and their names. */
const VERSION_2_NAMES: Readonly<Record<PsbtPlace, ReadonlyMap<number, string>>> = {
  Global: new Map([
    [GLOBAL.txVersion, 'PSBT_GLOBAL_TX_VERSION'],
    [GLOBAL.fallbackLockTime, 'PSBT_GLOBAL_FALLBACK_LOCKTIME'],
    [GLOBAL.inputCount, 'PSBT_GLOBAL_INPUT_COUNT'],
    [GLOBAL.outputCount, 'PSBT_GLOBAL_OUTPUT_COUNT'],
    [GLOBAL.txModifiable, 'PSBT_GLOBAL_TX_MODIFIABLE'],
  ]),
  Input: new Map([
    [INPUT.previousTxid, 'Previous txid'],
    [INPUT.outputIndex, "Previous output's index"],
    [INPUT.sequence, 'Sequence'],
    [INPUT.requiredTimeLockTime, 'Required time based locktime'],
    [INPUT.requiredHeightLockTime, 'Required height based locktime'],
  ]),
  Output: new Map([
    [OUTPUT.amount, 'Output amount'],
    [OUTPUT.script, 'Output script'],
  ]),
}
export const VERSION_2_GLOBALS: ReadonlySet<number> = new Set(VERSION_2_NAMES.Global.keys())
export const VERSION_2_INPUTS: ReadonlySet<number> = new Set(VERSION_2_NAMES.Input.keys())
export const VERSION_2_OUTPUTS: ReadonlySet<number> = new Set(VERSION_2_NAMES.Output.keys())

const RULES: Readonly<Record<PsbtPlace, Rules>> = { Global: GLOBAL_RULES, Input: INPUT_RULES, Output: OUTPUT_RULES }

/** Throws inside a codec `psbt-field-not-allowed` for a field that only version 2 has. */
export function refuseVersion2Fields(map: PsbtMap, place: PsbtPlace): void {
  for (const { type } of map) {
    const name = VERSION_2_NAMES[place].get(type)
    if (name !== undefined) throw new DecodeError('psbt-field-not-allowed', `${name} is not allowed in PSBTv0`)
  }
}

/**
 * The rules of the fields of a map; fields without a rule pass. Violations: `psbt-bad-key`, `psbt-bad-value` and what the
 * value's own codec finds.
 */
export const fieldCheck = (place: PsbtPlace): PsbtPairCheck => ({
  checkKey(type, keyData) {
    const rule = RULES[place].get(type)
    rule?.key(keyData, rule.name)
  },
  checkValue({ type, keyData, value }) {
    const rule = RULES[place].get(type)
    if (!rule) return
    const reader = new ByteReader(value)
    rule.value(reader, keyData)
    if (reader.remaining > 0) fail(WRONG_SIZE)
  },
})

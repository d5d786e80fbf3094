import {
  type ByteReader,
  ByteWriter,
  bytesToHex,
  DecodeError,
  decodeExact,
  equalBytes,
  hexToBytes,
  type Result,
  unwrap,
} from '@ply/bytes'
import {
  computeTxid,
  encodeTransaction,
  readOutput,
  readTransaction,
  type Transaction,
  type TxOutput,
} from '@ply/primitives'
import {
  checkPsbtFields,
  GLOBAL_RULES,
  INPUT_RULES,
  OUTPUT_RULES,
  VERSION_2_GLOBALS,
  VERSION_2_INPUTS,
  VERSION_2_OUTPUTS,
} from './fieldRules.ts'
import { GLOBAL, INPUT } from './fieldType.ts'
import { type PsbtMap, psbtValue, readPsbtMap, setPsbtValue, writePsbtMap } from './psbtMap.ts'

/**
 * A partially signed transaction, version 0 (BIP 174, BIP 371). An immutable value; fields that nobody here
 * understands are kept as they came.
 */
export interface Psbt {
  /** The unsigned transaction: empty scriptSigs, no witnesses. */
  readonly tx: Transaction
  readonly global: PsbtMap
  /** One map per input of `tx`. */
  readonly inputs: readonly PsbtMap[]
  /** One map per output of `tx`. */
  readonly outputs: readonly PsbtMap[]
}

/** `psbt` and 0xff. */
const MAGIC = hexToBytes('70736274ff')

/** BIP 174's Creator: a PSBT around a transaction, whose signatures are taken off. */
export function createPsbt(tx: Transaction): Psbt {
  const unsigned = {
    ...tx,
    inputs: tx.inputs.map((input) => ({ ...input, scriptSig: new Uint8Array(0), witness: [] })),
  }
  return {
    tx: unsigned,
    global: setPsbtValue([], GLOBAL.unsignedTx, encodeTransaction(unsigned, false)),
    inputs: tx.inputs.map(() => []),
    outputs: tx.outputs.map(() => []),
  }
}

/** The transaction in an input's non-witness UTXO field. */
export function nonWitnessUtxo(input: PsbtMap): Transaction | undefined {
  const value = psbtValue(input, INPUT.nonWitnessUtxo)
  return value && unwrap(decodeExact(value, (reader) => readTransaction(reader)))
}

/** The output that an input spends, from either UTXO field. */
export function psbtPrevout({ tx, inputs }: Psbt, index: number): TxOutput | undefined {
  const [input, map] = [tx.inputs[index], inputs[index]]
  if (!input || !map) return undefined
  const witnessUtxo = psbtValue(map, INPUT.witnessUtxo)
  if (witnessUtxo) return unwrap(decodeExact(witnessUtxo, readOutput))
  return nonWitnessUtxo(map)?.outputs[input.prevout.index]
}

function readUnsignedTransaction(global: PsbtMap): Transaction {
  const version = psbtValue(global, GLOBAL.version)
  if (version?.some((byte) => byte !== 0)) throw new DecodeError('psbt-unsupported-version', 'PSBT version is not 0')
  const encoded = psbtValue(global, GLOBAL.unsignedTx)
  if (!encoded) throw new DecodeError('psbt-no-transaction', 'PSBT without its unsigned transaction')
  const decoded = decodeExact(encoded, (reader) => readTransaction(reader, false))
  if (!decoded.ok) throw decoded.error
  if (decoded.value.inputs.some((input) => input.scriptSig.length > 0)) {
    throw new DecodeError('psbt-signed-transaction', 'the unsigned transaction has a scriptSig')
  }
  return decoded.value
}

function checkUtxos({ tx, inputs }: Psbt): void {
  tx.inputs.forEach(({ prevout }, i) => {
    const previous = nonWitnessUtxo(inputs[i]!)
    if (!previous) return
    if (!equalBytes(computeTxid(previous), prevout.txid)) {
      throw new DecodeError('psbt-utxo-mismatch', `input ${i}: non-witness UTXO is another transaction`)
    }
    if (prevout.index >= previous.outputs.length) {
      throw new DecodeError('psbt-utxo-mismatch', `input ${i}: its transaction has no output ${prevout.index}`)
    }
  })
}

function readPsbt(reader: ByteReader): Psbt {
  if (!equalBytes(reader.bytes(MAGIC.length), MAGIC)) throw new DecodeError('psbt-bad-magic', 'not a PSBT')
  const global = readPsbtMap(reader)
  const version = psbtValue(global, GLOBAL.version)
  const isVersion0 = !version || version.every((byte) => byte === 0)
  checkPsbtFields(global, GLOBAL_RULES, isVersion0 ? VERSION_2_GLOBALS : new Set())
  const tx = readUnsignedTransaction(global)
  const inputs = tx.inputs.map(() => readPsbtMap(reader))
  const outputs = tx.outputs.map(() => readPsbtMap(reader))
  for (const map of inputs) checkPsbtFields(map, INPUT_RULES, VERSION_2_INPUTS)
  for (const map of outputs) checkPsbtFields(map, OUTPUT_RULES, VERSION_2_OUTPUTS)
  const psbt = { tx, global, inputs, outputs }
  checkUtxos(psbt)
  return psbt
}

/**
 * The whole of `bytes` as a PSBT. Violations: `psbt-bad-magic`, `psbt-duplicate-key`, `psbt-bad-key`,
 * `psbt-bad-value`, `psbt-field-not-allowed`, `psbt-unsupported-version`, `psbt-no-transaction`,
 * `psbt-signed-transaction`, `psbt-utxo-mismatch`, and those of the codecs inside.
 */
export const decodePsbt = (bytes: Uint8Array): Result<Psbt, DecodeError> => decodeExact(bytes, readPsbt)

export function encodePsbt(psbt: Psbt): Uint8Array {
  const writer = new ByteWriter(1024).bytes(MAGIC)
  for (const map of [psbt.global, ...psbt.inputs, ...psbt.outputs]) writePsbtMap(writer, map)
  return writer.finish()
}

/** BIP 174: the unsigned transaction says which PSBTs belong together. */
export const psbtId = (psbt: Psbt): string => bytesToHex(encodeTransaction(psbt.tx, false))

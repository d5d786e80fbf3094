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
import { fieldCheck, refuseVersion2Fields } from './fieldRules.ts'
import { GLOBAL, INPUT } from './fieldType.ts'
import { type PsbtMap, psbtUint32, psbtValue, readPsbtMap, setPsbtValue, writePsbtMap } from './psbtMap.ts'
import {
  readPsbtMaps,
  readVersion2Maps,
  readVersion2Transaction,
  setVersion2Global,
  setVersion2Input,
  setVersion2Output,
} from './version2.ts'
import { orderInput, orderOutput } from './writeOrder.ts'

/** There is no version 1 (BIP 370). */
export type PsbtVersion = 0 | 2

/**
 * A partially signed transaction of version 0 (BIP 174, BIP 371) or 2 (BIP 370). An immutable value; fields that
 * nobody here understands are kept as they came.
 */
export interface Psbt {
  readonly version: PsbtVersion
  /** The unsigned transaction: empty scriptSigs, no witnesses. In version 2 it follows from the fields of the maps. */
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
export function createPsbt(tx: Transaction, version: PsbtVersion = 0): Psbt {
  const unsigned = {
    ...tx,
    inputs: tx.inputs.map((input) => ({ ...input, scriptSig: new Uint8Array(0), witness: [] })),
  }
  if (version === 2) {
    return {
      version,
      tx: unsigned,
      global: setVersion2Global([], unsigned),
      inputs: unsigned.inputs.map((input) => setVersion2Input([], input)),
      outputs: unsigned.outputs.map((output) => setVersion2Output([], output)),
    }
  }
  return {
    version,
    tx: unsigned,
    global: setPsbtValue([], GLOBAL.unsignedTx, encodeTransaction(unsigned, false)),
    inputs: tx.inputs.map(() => []),
    outputs: tx.outputs.map(() => []),
  }
}

/** Values are read once: every signature of a transaction asks for all that it spends. */
const transactions = new WeakMap<Uint8Array, Transaction>()
const outputs = new WeakMap<Uint8Array, TxOutput>()

function readOnce<T>(known: WeakMap<Uint8Array, T>, value: Uint8Array, read: (reader: ByteReader) => T): T {
  let decoded = known.get(value)
  if (decoded === undefined) {
    decoded = unwrap(decodeExact(value, read))
    known.set(value, decoded)
  }
  return decoded
}

/** The transaction in an input's non-witness UTXO field. */
export function nonWitnessUtxo(input: PsbtMap): Transaction | undefined {
  const value = psbtValue(input, INPUT.nonWitnessUtxo)
  return value && readOnce(transactions, value, (reader) => readTransaction(reader))
}

/** The output that an input spends, from either UTXO field. */
export function psbtPrevout({ tx, inputs }: Psbt, index: number): TxOutput | undefined {
  const [input, map] = [tx.inputs[index], inputs[index]]
  if (!input || !map) return undefined
  const witnessUtxo = psbtValue(map, INPUT.witnessUtxo)
  if (witnessUtxo) return readOnce(outputs, witnessUtxo, readOutput)
  return nonWitnessUtxo(map)?.outputs[input.prevout.index]
}

function readVersion(global: PsbtMap): PsbtVersion {
  const version = psbtUint32(global, GLOBAL.version) ?? 0
  if (version !== 0 && version !== 2) {
    const message = version === 1 ? 'There is no PSBT version 1' : 'Unsupported version number'
    throw new DecodeError('psbt-unsupported-version', message)
  }
  return version
}

function readUnsignedTransaction(global: PsbtMap): Transaction {
  const encoded = psbtValue(global, GLOBAL.unsignedTx)
  if (!encoded) throw new DecodeError('psbt-no-transaction', 'No unsigned transaction was provided')
  const decoded = decodeExact(encoded, (reader) => readTransaction(reader, false))
  if (!decoded.ok) throw decoded.error
  if (decoded.value.inputs.some((input) => input.scriptSig.length > 0)) {
    throw new DecodeError('psbt-signed-transaction', 'Unsigned tx does not have empty scriptSigs and scriptWitnesses.')
  }
  return decoded.value
}

function checkUtxos({ tx, inputs }: Pick<Psbt, 'tx' | 'inputs'>): void {
  tx.inputs.forEach(({ prevout }, i) => {
    const previous = nonWitnessUtxo(inputs[i]!)
    if (!previous) return
    if (!equalBytes(computeTxid(previous), prevout.txid)) {
      throw new DecodeError('psbt-utxo-mismatch', 'Non-witness UTXO does not match outpoint hash')
    }
    if (prevout.index >= previous.outputs.length) {
      throw new DecodeError('psbt-utxo-mismatch', 'Input specifies output index that does not exist')
    }
  })
}

function readPsbt(reader: ByteReader): Psbt {
  if (!equalBytes(reader.bytes(MAGIC.length), MAGIC))
    throw new DecodeError('psbt-bad-magic', 'Invalid PSBT magic bytes')
  const global = readPsbtMap(reader, 'Global', fieldCheck('Global'))
  const version = readVersion(global)
  const psbt = version === 2 ? readVersion2(reader, global) : readVersion0(reader, global)
  checkUtxos(psbt)
  return psbt
}

function readVersion0(reader: ByteReader, global: PsbtMap): Psbt {
  const tx = readUnsignedTransaction(global)
  refuseVersion2Fields(global, 'Global')
  const inputs = readPsbtMaps(reader, 'Input', tx.inputs.length)
  const outputs = readPsbtMaps(reader, 'Output', tx.outputs.length)
  for (const map of inputs) refuseVersion2Fields(map, 'Input')
  for (const map of outputs) refuseVersion2Fields(map, 'Output')
  return { version: 0, tx, global, inputs, outputs }
}

function readVersion2(reader: ByteReader, global: PsbtMap): Psbt {
  const { inputs, outputs } = readVersion2Maps(reader, global)
  return { version: 2, tx: readVersion2Transaction(global, inputs, outputs), global, inputs, outputs }
}

/**
 * The whole of `bytes` as a PSBT. Violations: `psbt-bad-magic`, `psbt-duplicate-key`, `psbt-bad-key`,
 * `psbt-bad-value`, `psbt-field-not-allowed`, `psbt-unsupported-version`, `psbt-no-transaction`,
 * `psbt-signed-transaction`, `psbt-utxo-mismatch`, `psbt-missing-field`, `psbt-missing-map`, `psbt-no-separator`, `psbt-lock-time-conflict`, and those of the codecs inside.
 */
export const decodePsbt = (bytes: Uint8Array): Result<Psbt, DecodeError> => decodeExact(bytes, readPsbt)

export function encodePsbt(psbt: Psbt): Uint8Array {
  const writer = new ByteWriter(1024).bytes(MAGIC)
  for (const map of [psbt.global, ...psbt.inputs.map(orderInput), ...psbt.outputs.map(orderOutput)])
    writePsbtMap(writer, map)
  return writer.finish()
}

/**
 * What PSBTs that belong together have in common: the unsigned transaction (BIP 174), in version 2 with all sequences 0,
 * because updaters may change them (BIP 370).
 */
export function psbtId({ version, tx }: Psbt): string {
  const inputs = version === 2 ? tx.inputs.map((input) => ({ ...input, sequence: 0 })) : tx.inputs
  return `${version} ${bytesToHex(encodeTransaction({ ...tx, inputs }, false))}`
}

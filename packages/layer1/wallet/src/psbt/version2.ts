import { type ByteReader, ByteWriter, decodeExact, DecodeError, unwrap } from '@ply/bytes'
import { sats, SEQUENCE_FINAL, type Transaction, type TxInput, type TxOutput, type Txid } from '@ply/primitives'
import { fieldCheck } from './fieldRules.ts'
import { GLOBAL, INPUT, OUTPUT } from './fieldType.ts'
import { computePsbtLockTime } from './lockTime.ts'
import { type PsbtMap, psbtUint32, psbtValue, readPsbtMap, setPsbtValue } from './psbtMap.ts'

const uint32 = (value: number): Uint8Array => new ByteWriter(4).u32(value).finish()
const compactSize = (value: number): Uint8Array => new ByteWriter(9).compactSize(value).finish()

function required(map: PsbtMap, type: number, name: string): Uint8Array {
  const value = psbtValue(map, type)
  if (!value) throw new DecodeError('psbt-missing-field', `${name} is required in PSBTv2`)
  return value
}

const readCount = (global: PsbtMap, type: number, name: string): number =>
  unwrap(decodeExact(required(global, type, name), (reader) => reader.compactSize(true)))

/** Map by map, so that a count that promises too many ends with the data. */
export function readPsbtMaps(reader: ByteReader, place: 'Input' | 'Output', count: number): PsbtMap[] {
  const maps: PsbtMap[] = []
  const check = fieldCheck(place)
  while (maps.length < count) {
    if (reader.remaining === 0) {
      const what = `${place.toLowerCase()}s`
      const message = `${place}s provided does not match the number of ${what} in transaction.`
      throw new DecodeError('psbt-missing-map', message)
    }
    maps.push(readPsbtMap(reader, place, check))
  }
  return maps
}

/** The input and output maps behind the global map of a version 2 PSBT. */
export function readVersion2Maps(
  reader: ByteReader,
  global: PsbtMap,
): { readonly inputs: readonly PsbtMap[]; readonly outputs: readonly PsbtMap[] } {
  required(global, GLOBAL.txVersion, 'PSBT_GLOBAL_TX_VERSION')
  const inputCount = readCount(global, GLOBAL.inputCount, 'PSBT_GLOBAL_INPUT_COUNT')
  const outputCount = readCount(global, GLOBAL.outputCount, 'PSBT_GLOBAL_OUTPUT_COUNT')
  if (psbtValue(global, GLOBAL.unsignedTx)) {
    throw new DecodeError('psbt-field-not-allowed', 'PSBT_GLOBAL_UNSIGNED_TX is not allowed in PSBTv2')
  }
  const inputs = readPsbtMaps(reader, 'Input', inputCount)
  return { inputs, outputs: readPsbtMaps(reader, 'Output', outputCount) }
}

function readInput(map: PsbtMap): TxInput {
  const txid = required(map, INPUT.previousTxid, 'Previous TXID') as Txid
  required(map, INPUT.outputIndex, "Previous output's index")
  return {
    prevout: {
      txid,
      index: psbtUint32(map, INPUT.outputIndex)!,
    },
    scriptSig: new Uint8Array(0),
    sequence: psbtUint32(map, INPUT.sequence) ?? SEQUENCE_FINAL,
    witness: [],
  }
}

function readOutput(map: PsbtMap): TxOutput {
  const amount = unwrap(decodeExact(required(map, OUTPUT.amount, 'Output amount'), (reader) => reader.u64()))
  return { value: sats(amount), scriptPubKey: required(map, OUTPUT.script, 'Output script') }
}

/**
 * The unsigned transaction that the fields of a version 2 PSBT make (BIP 370). Throws inside a codec:
 * `psbt-missing-field`, `psbt-lock-time-conflict`.
 */
export function readVersion2Transaction(
  global: PsbtMap,
  inputs: readonly PsbtMap[],
  outputs: readonly PsbtMap[],
): Transaction {
  const lockTime = computePsbtLockTime(global, inputs)
  if (lockTime === undefined) {
    throw new DecodeError('psbt-lock-time-conflict', 'one input needs a lock time in blocks, another one in seconds')
  }
  const version = psbtUint32(global, GLOBAL.txVersion)!
  return { version, inputs: inputs.map(readInput), outputs: outputs.map(readOutput), lockTime }
}

/** The global fields that stand for a transaction in version 2. */
export function setVersion2Global(global: PsbtMap, tx: Transaction): PsbtMap {
  const fields: readonly (readonly [number, Uint8Array])[] = [
    [GLOBAL.txVersion, uint32(tx.version)],
    [GLOBAL.fallbackLockTime, uint32(tx.lockTime)],
    [GLOBAL.inputCount, compactSize(tx.inputs.length)],
    [GLOBAL.outputCount, compactSize(tx.outputs.length)],
    [GLOBAL.version, uint32(2)],
  ]
  return fields.reduce((map, [type, value]) => setPsbtValue(map, type, value), global)
}

/** The fields that stand for an input in version 2. */
export function setVersion2Input(map: PsbtMap, { prevout, sequence }: TxInput): PsbtMap {
  const spending = setPsbtValue(map, INPUT.previousTxid, prevout.txid)
  return setPsbtValue(
    setPsbtValue(spending, INPUT.outputIndex, uint32(prevout.index)),
    INPUT.sequence,
    uint32(sequence),
  )
}

/** The fields that stand for an output in version 2. */
export function setVersion2Output(map: PsbtMap, { value, scriptPubKey }: TxOutput): PsbtMap {
  const withAmount = setPsbtValue(map, OUTPUT.amount, new ByteWriter(8).u64(value).finish())
  return setPsbtValue(withAmount, OUTPUT.script, scriptPubKey)
}

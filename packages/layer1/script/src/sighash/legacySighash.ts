import { assert, ByteWriter, compactSizeLength, withEncoding } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { type Transaction, writeOutput } from '@ply/primitives'
import { ScriptReader } from '../encoding/scriptReader.ts'
import { OP_CODESEPARATOR } from '../opcode/opcodes.ts'
import type { SighashCache } from './sighashCache.ts'
import { SIGHASH_ANYONECANPAY, SIGHASH_NONE, SIGHASH_OUTPUT_MASK, SIGHASH_SINGLE } from './sighashType.ts'

/** What a legacy or BIP 143 signature signs. */
export interface EcdsaSighashRequest {
  readonly inputIndex: number
  /** The script from the last executed CODESEPARATOR on. */
  readonly scriptCode: Uint8Array
  /** Any 32-bit number; consensus defines a meaning for all of them. */
  readonly hashType: number
}

/** The "hash" that SIGHASH_SINGLE signs where the input has no output beside it: the number one, little-endian. */
const ONE = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0))

/** The script code without its CODESEPARATORs; what follows a push over the end stays. */
function withoutCodeSeparators(scriptCode: Uint8Array): Uint8Array {
  if (!scriptCode.includes(OP_CODESEPARATOR)) return scriptCode
  const reader = new ScriptReader(scriptCode)
  const writer = new ByteWriter(scriptCode.length)
  let start = 0
  while (reader.next()) {
    if (reader.opcode !== OP_CODESEPARATOR) continue
    writer.bytes(scriptCode.subarray(start, reader.position - 1))
    start = reader.position
  }
  return writer.bytes(scriptCode.subarray(start)).finish()
}

/** Bytes of an input with an empty script: outpoint, length, sequence. */
const BLANK_INPUT_SIZE = 41

/** SIGHASH_ALL: the blanked transaction with the script code put into its own input. */
function writeAll(writer: ByteWriter, cache: SighashCache, inputIndex: number, script: Uint8Array): void {
  const { blanked } = cache
  const scriptAt = 4 + compactSizeLength(cache.tx.inputs.length) + BLANK_INPUT_SIZE * inputIndex + 36
  writer
    .bytes(blanked.subarray(0, scriptAt))
    .varBytes(script)
    .bytes(blanked.subarray(scriptAt + 1))
}

function writeInputs(
  writer: ByteWriter,
  tx: Transaction,
  script: Uint8Array,
  { inputIndex, hashType }: EcdsaSighashRequest,
): void {
  const anyoneCanPay = (hashType & SIGHASH_ANYONECANPAY) !== 0
  const output = hashType & SIGHASH_OUTPUT_MASK
  const freeSequences = output === SIGHASH_NONE || output === SIGHASH_SINGLE
  writer.compactSize(anyoneCanPay ? 1 : tx.inputs.length)
  for (const [i, { prevout, sequence }] of tx.inputs.entries()) {
    const own = i === inputIndex
    if (anyoneCanPay && !own) continue
    writer.bytes(prevout.txid).u32(prevout.index)
    if (own) writer.varBytes(script)
    else writer.u8(0)
    writer.u32(!own && freeSequences ? 0 : sequence)
  }
}

function writeOutputs(writer: ByteWriter, tx: Transaction, { inputIndex, hashType }: EcdsaSighashRequest): void {
  const output = hashType & SIGHASH_OUTPUT_MASK
  if (output === SIGHASH_NONE) {
    writer.compactSize(0)
  } else if (output === SIGHASH_SINGLE) {
    writer.compactSize(inputIndex + 1)
    for (let i = 0; i < inputIndex; i++) writer.i64(-1n).u8(0)
    writeOutput(writer, tx.outputs[inputIndex]!)
  } else {
    writer.compactSize(tx.outputs.length)
    for (const each of tx.outputs) writeOutput(writer, each)
  }
}

/** The hash that signatures before segwit sign, with all that Bitcoin's first version made of odd hash types. */
export function computeLegacySighash(cache: SighashCache, request: EcdsaSighashRequest): Uint8Array {
  const { tx } = cache
  const { inputIndex, hashType } = request
  assert(inputIndex < tx.inputs.length, 'input index out of range')
  const output = hashType & SIGHASH_OUTPUT_MASK
  if (output === SIGHASH_SINGLE && inputIndex >= tx.outputs.length) return ONE.slice()
  const script = withoutCodeSeparators(request.scriptCode)
  return withEncoding((writer) => {
    if ((hashType & SIGHASH_ANYONECANPAY) === 0 && output !== SIGHASH_NONE && output !== SIGHASH_SINGLE) {
      writeAll(writer, cache, inputIndex, script)
    } else {
      writer.u32(tx.version)
      writeInputs(writer, tx, script, request)
      writeOutputs(writer, tx, request)
      writer.u32(tx.lockTime)
    }
    writer.u32(hashType)
  }, hash256)
}

import { assert, ByteWriter, withEncoding } from '@ply/bytes'
import { sha256, taggedHash } from '@ply/crypto'
import { type TxOutput, writeOutput } from '@ply/primitives'
import type { SighashCache } from './sighashCache.ts'
import { SIGHASH_ALL, SIGHASH_ANYONECANPAY, SIGHASH_DEFAULT, SIGHASH_NONE, SIGHASH_SINGLE } from './sighashType.ts'

/** What a BIP 341 signature signs; with `leafHash` it is one of BIP 342, inside a tapscript. */
export interface TaprootSighashRequest {
  readonly inputIndex: number
  /** 00–03 or 81–83. */
  readonly hashType: number
  /** {@link computeAnnexHash} where the witness has an annex. */
  readonly annexHash?: Uint8Array | undefined
  readonly leafHash?: Uint8Array | undefined
  /** Index of the last executed CODESEPARATOR among the operations; without one 0xffffffff. */
  readonly codeSeparatorPosition?: number | undefined
}

/** No CODESEPARATOR was executed. */
export const NO_CODE_SEPARATOR = 0xffffffff

/** SHA256 of the annex behind its length (BIP 341). */
export function computeAnnexHash(annex: Uint8Array): Uint8Array {
  return sha256(new ByteWriter(annex.length + 9).varBytes(annex).finish())
}

const isTaprootHashType = (hashType: number): boolean => (hashType & ~SIGHASH_ANYONECANPAY) <= 3 && hashType !== 0x80

/** The single output that SIGHASH_SINGLE signs, hashed. */
const hashOutput = (output: TxOutput): Uint8Array =>
  withEncoding((writer) => {
    writeOutput(writer, output)
  }, sha256)

/** What {@link encodeTaprootSigMsg} does, into a writer; false in place of undefined, with nothing written. */
function writeTaprootSigMsg(writer: ByteWriter, cache: SighashCache, request: TaprootSighashRequest): boolean {
  const { tx } = cache
  const { inputIndex, hashType, annexHash, leafHash } = request
  const input = tx.inputs[inputIndex]
  assert(input !== undefined, 'input index out of range')
  if (!isTaprootHashType(hashType)) return false
  const output = hashType === SIGHASH_DEFAULT ? SIGHASH_ALL : hashType & SIGHASH_SINGLE
  const own = tx.outputs[inputIndex]
  if (output === SIGHASH_SINGLE && !own) return false
  const anyoneCanPay = (hashType & SIGHASH_ANYONECANPAY) !== 0

  writer.u8(0).u8(hashType).u32(tx.version).u32(tx.lockTime)
  if (!anyoneCanPay) writer.bytes(cache.prevouts).bytes(cache.amounts).bytes(cache.scripts).bytes(cache.sequences)
  if (output !== SIGHASH_NONE && output !== SIGHASH_SINGLE) writer.bytes(cache.outputs)
  writer.u8((leafHash ? 2 : 0) + (annexHash ? 1 : 0))
  if (anyoneCanPay) {
    writer.bytes(input.prevout.txid).u32(input.prevout.index)
    writeOutput(writer, cache.spentOutput(inputIndex))
    writer.u32(input.sequence)
  } else {
    writer.u32(inputIndex)
  }
  if (annexHash) writer.bytes(annexHash)
  if (output === SIGHASH_SINGLE && own) writer.bytes(hashOutput(own))
  if (leafHash) {
    writer.bytes(leafHash).u8(0)
    writer.u32(request.codeSeparatorPosition ?? NO_CODE_SEPARATOR)
  }
  return true
}

/**
 * BIP 341 "common signature message" with its epoch byte, and the BIP 342 extension where there is a leaf: what
 * {@link computeTaprootSighash} hashes. Undefined for an undefined hash type, or SIGHASH_SINGLE without its output.
 */
export function encodeTaprootSigMsg(cache: SighashCache, request: TaprootSighashRequest): Uint8Array | undefined {
  const writer = new ByteWriter(256)
  return writeTaprootSigMsg(writer, cache, request) ? writer.finish() : undefined
}

const message = new ByteWriter(256)

/** The hash that BIP 340 signatures of taproot inputs sign; undefined as {@link encodeTaprootSigMsg}. */
export function computeTaprootSighash(cache: SighashCache, request: TaprootSighashRequest): Uint8Array | undefined {
  message.clear()
  return writeTaprootSigMsg(message, cache, request) ? taggedHash('TapSighash', message.view()) : undefined
}

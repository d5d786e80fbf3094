import { assert, withEncoding } from '@ply/bytes'
import { hash256 } from '@ply/crypto'
import { writeOutput, ZERO_HASH } from '@ply/primitives'
import type { EcdsaSighashRequest } from './legacySighash.ts'
import type { SighashCache } from './sighashCache.ts'
import { SIGHASH_ANYONECANPAY, SIGHASH_NONE, SIGHASH_OUTPUT_MASK, SIGHASH_SINGLE } from './sighashType.ts'

function computeHashOutputs(cache: SighashCache, inputIndex: number, output: number): Uint8Array {
  if (output !== SIGHASH_SINGLE && output !== SIGHASH_NONE) return cache.doubleOutputs
  const own = cache.tx.outputs[inputIndex]
  if (output === SIGHASH_NONE || !own) return ZERO_HASH
  return withEncoding((writer) => {
    writeOutput(writer, own)
  }, hash256)
}

/** BIP 143: the hash that signatures in witness version 0 sign. Needs the spent output's value. */
export function computeSegwitV0Sighash(cache: SighashCache, request: EcdsaSighashRequest): Uint8Array {
  const { tx } = cache
  const { inputIndex, scriptCode, hashType } = request
  const input = tx.inputs[inputIndex]
  assert(input !== undefined, 'input index out of range')
  const anyoneCanPay = (hashType & SIGHASH_ANYONECANPAY) !== 0
  const output = hashType & SIGHASH_OUTPUT_MASK
  const freeSequences = anyoneCanPay || output === SIGHASH_SINGLE || output === SIGHASH_NONE
  const hashPrevouts = anyoneCanPay ? ZERO_HASH : cache.doublePrevouts
  const hashSequence = freeSequences ? ZERO_HASH : cache.doubleSequences
  const hashOutputs = computeHashOutputs(cache, inputIndex, output)
  return withEncoding((writer) => {
    writer.u32(tx.version).bytes(hashPrevouts).bytes(hashSequence)
    writer.bytes(input.prevout.txid).u32(input.prevout.index)
    writer.varBytes(scriptCode)
    writer.i64(cache.spentOutput(inputIndex).value)
    writer.u32(input.sequence)
    writer.bytes(hashOutputs)
    writer.u32(tx.lockTime).u32(hashType)
  }, hash256)
}

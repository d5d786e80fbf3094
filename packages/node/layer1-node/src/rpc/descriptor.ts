import { err, ok, type Result } from '@ply/bytes'
import type { NetworkParameters } from '@ply/primitives'
import { type Json, RPC_ERROR, RpcError } from '@ply/rpc'
import { deriveOutputs, expandMultipath, isRanged, parseDescriptor } from '@ply/script'

/**
 * The scripts of a descriptor (BIP 380); for a ranged one those of the indexes `range`, both ends included. Violations
 * in Bitcoin Core's words.
 */
export function expandDescriptor(
  text: string,
  network: NetworkParameters,
  range: readonly [number, number] = [0, 0],
): Result<Uint8Array[], string> {
  const parsed = parseDescriptor(text, network)
  if (!parsed.ok) return err(parsed.error.message)
  const [from, to] = isRanged(parsed.value) ? range : [0, 0]
  const scripts: Uint8Array[] = []
  for (const descriptor of expandMultipath(parsed.value)) {
    for (let index = from; index <= to; index++) {
      const outputs = deriveOutputs(descriptor, index)
      if (!outputs.ok) return err('Cannot derive script without private keys')
      for (const { scriptPubKey } of outputs.value) scripts.push(scriptPubKey)
    }
  }
  return ok(scripts)
}

/** Indexes that one range may span: deriving keys takes its time. */
const MAX_RANGE = 10_000

/** `n` stands for 0…n, `[from, to]` for itself. */
export function readRange(range: Json | undefined): readonly [number, number] {
  const fail = (message: string): never => {
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const [from, to] = Array.isArray(range) ? (range as readonly Json[]) : [0, range]
  if (typeof from !== 'number' || typeof to !== 'number') {
    return fail('Range must be specified as end or as [begin,end]')
  }
  if (from < 0) return fail('Range should be greater or equal than 0')
  if (to < from) return fail('Range specified as [begin,end] must not have begin after end')
  if (to >= 0x80000000) return fail('End of range is too high')
  if (to - from >= MAX_RANGE) return fail('Range is too large')
  return [from, to]
}

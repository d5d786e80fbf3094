import { equalBytes, err, ok, type Result } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import type { NetworkParameters } from '@ply/primitives'
import { expectInteger, isJsonNumber, type Json, RPC_ERROR, RpcError } from '@ply/rpc'
import {
  type DerivedOutput,
  deriveOutputs,
  expandMultipath,
  isRanged,
  parseDescriptor,
  type ScriptKnowledge,
} from '@ply/script'

/** Of a descriptor whose public keys take a secret one. */
export const NEEDS_SECRET_KEYS = 'Cannot derive script without private keys'

/**
 * The outputs of a descriptor (BIP 380); for a ranged one those of the indexes `range`, both ends included. Violations
 * in Bitcoin Core's words.
 */
export function expandOutputs(
  text: string,
  network: NetworkParameters,
  range: readonly [number, number] = [0, 0],
): Result<DerivedOutput[], string> {
  const parsed = parseDescriptor(text, network)
  if (!parsed.ok) return err(parsed.error.message)
  const [from, to] = isRanged(parsed.value) ? range : [0, 0]
  const found: DerivedOutput[] = []
  for (const descriptor of expandMultipath(parsed.value)) {
    for (let index = from; index <= to; index++) {
      const outputs = deriveOutputs(descriptor, index)
      if (!outputs.ok) return err(NEEDS_SECRET_KEYS)
      found.push(...outputs.value)
    }
  }
  return ok(found)
}

/** {@link expandOutputs}: the scripts alone. */
export function expandDescriptor(
  text: string,
  network: NetworkParameters,
  range?: readonly [number, number],
): Result<Uint8Array[], string> {
  const outputs = expandOutputs(text, network, range)
  return outputs.ok ? ok(outputs.value.map(({ scriptPubKey }) => scriptPubKey)) : outputs
}

/** What a derived output tells of its script. */
export function knowledgeOf({ keys, redeemScript, witnessScript, taproot }: DerivedOutput): ScriptKnowledge {
  const scripts = [redeemScript, witnessScript].filter((script) => script !== undefined)
  const formsOf = (publicKey: Uint8Array): readonly Uint8Array[] => [publicKey, publicKey.subarray(1)]
  return {
    keyOfHash: (hash) =>
      keys.flatMap(({ publicKey }) => formsOf(publicKey)).find((form) => equalBytes(hash160(form), hash)),
    scriptOfHash: (hash) => scripts.find((script) => equalBytes(hash160(script), hash)),
    originOf: (key) => keys.find(({ publicKey }) => formsOf(publicKey).some((form) => equalBytes(form, key)))?.origin,
    taprootOf: () => taproot,
  }
}

/** Indexes that one range may span: deriving keys takes its time. */
const MAX_RANGE = 10_000
const SAFE_INTEGERS = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const

/** `n` stands for 0…n, `[from, to]` for itself. */
export function readRange(range: Json | undefined): readonly [number, number] {
  const fail = (message: string): never => {
    throw new RpcError(RPC_ERROR.invalidParameter, message)
  }
  const isList = Array.isArray(range)
  const bounds = isList ? (range as readonly Json[]) : [0, range]
  if (bounds.length !== 2 || !bounds.every(isJsonNumber))
    return fail('Range must be specified as end or as [begin,end]')
  const [from, to] = bounds.map((bound) => expectInteger(bound, SAFE_INTEGERS)) as [number, number]
  if (isList && to < from) return fail('Range specified as [begin,end] must not have begin after end')
  if (from < 0) return fail('Range should be greater or equal than 0')
  if (to < 0 || to >= 0x80000000) return fail('End of range is too high')
  if (to - from >= MAX_RANGE) return fail('Range is too large')
  return [from, to]
}

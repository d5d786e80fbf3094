import { bytesToHex } from '@ply/bytes'
import type { NetworkParameters } from '@ply/primitives'
import { expectString, isJsonObject, type Json, RPC_ERROR, RpcError } from '@ply/rpc'
import type { DerivedOutput } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { expandOutputs, NEEDS_SECRET_KEYS, readRange } from './descriptor.ts'

/** Scripts that one scan may look for. */
const MAX_SCRIPTS = 100_000
const DEFAULT_RANGE = [0, 1000] as const

interface ScanObject {
  readonly text: string
  readonly range: readonly [number, number]
}

/** A descriptor, or `{desc, range}`. */
function readScanObject(value: Json): ScanObject {
  if (typeof value === 'string') return { text: value, range: DEFAULT_RANGE }
  if (!isJsonObject(value)) throw refuse('Scan object needs to be either a string or an object')
  const { desc, range } = value
  if (desc === undefined || desc === null) throw refuse('Descriptor needs to be provided in scan object')
  const text = expectString(desc)
  return { text, range: range === undefined || range === null ? DEFAULT_RANGE : readRange(range) }
}

const explain = (error: string, text: string): string => (error === NEEDS_SECRET_KEYS ? `${error}: '${text}'` : error)
const refuse = (message: string): RpcError => new RpcError(RPC_ERROR.invalidParameter, message)

/** The outputs of a scan object; error -5 in Bitcoin Core's words. */
export function expandScanObject(value: Json, network: NetworkParameters): DerivedOutput[] {
  const { text, range } = readScanObject(value)
  const expanded = expandOutputs(text, network, range)
  if (!expanded.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, explain(expanded.error, text))
  return expanded.value
}

/** The scripts (hex) of scan objects: descriptors, or `{desc, range}`. */
export function expandScanObjects(node: Layer1Node, objects: readonly Json[]): Map<string, DerivedOutput> {
  const scripts = new Map<string, DerivedOutput>()
  for (const object of objects) {
    for (const output of expandScanObject(object, node.network)) scripts.set(bytesToHex(output.scriptPubKey), output)
    if (scripts.size > MAX_SCRIPTS) throw refuse('Too many scripts to scan for')
  }
  return scripts
}

import { bytesToHex } from '@ply/bytes'
import { isJsonObject, type Json, RPC_ERROR, RpcError } from '@ply/rpc'
import type { DerivedOutput } from '@ply/script'
import type { Layer1Node } from '../layer1Node.ts'
import { expandOutputs, readRange } from './descriptor.ts'

/** Scripts that one scan may look for. */
const MAX_SCRIPTS = 100_000

/** The scripts (hex) of scan objects: descriptors, or `{desc, range}`. */
export function expandScanObjects(node: Layer1Node, objects: readonly Json[]): Map<string, DerivedOutput> {
  const scripts = new Map<string, DerivedOutput>()
  for (const object of objects) {
    const text = isJsonObject(object) ? object['desc'] : object
    const range = isJsonObject(object) ? object['range'] : undefined
    if (typeof text !== 'string') {
      throw new RpcError(RPC_ERROR.invalidParameter, 'Scan object needs to be either a string or an object')
    }
    const expanded = expandOutputs(text, node.network, range === undefined ? [0, 1000] : readRange(range))
    if (!expanded.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, expanded.error)
    for (const output of expanded.value) scripts.set(bytesToHex(output.scriptPubKey), output)
    if (scripts.size > MAX_SCRIPTS) throw new RpcError(RPC_ERROR.invalidParameter, 'Too many scripts to scan for')
  }
  return scripts
}

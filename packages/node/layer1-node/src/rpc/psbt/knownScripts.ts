import { bytesToHex } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import { isJsonObject, type Json, RPC_ERROR, RpcError } from '@ply/rpc'
import type { DerivedKey, DerivedOutput } from '@ply/script'
import { type Psbt, psbtPrevout } from '@ply/wallet'
import type { Layer1Node } from '../../layer1Node.ts'
import { expandOutputs, readRange } from '../descriptor.ts'
import { inspectInput } from './missing.ts'

/** What descriptors make known. */
export interface KnownScripts {
  /** By their scripts in hexadecimal. */
  readonly outputs: ReadonlyMap<string, DerivedOutput>
  /** By their HASH160 in hexadecimal. */
  readonly keys: ReadonlyMap<string, DerivedKey>
}

function refuse(message: string): never {
  throw new RpcError(RPC_ERROR.invalidParameter, message)
}

/** The outputs and keys of a list of descriptors, or of `{desc, range}`. */
export function readKnownScripts(list: readonly Json[], { network }: Layer1Node): KnownScripts {
  const outputs = new Map<string, DerivedOutput>()
  const keys = new Map<string, DerivedKey>()
  for (const item of list) {
    const text = isJsonObject(item) ? item['desc'] : item
    const range = isJsonObject(item) ? item['range'] : undefined
    if (typeof text !== 'string') {
      return refuse(
        isJsonObject(item)
          ? 'Descriptor needs to be provided in scan object'
          : 'Scan object needs to be either a string or an object',
      )
    }
    const expanded = expandOutputs(text, network, range === undefined ? [0, 1000] : readRange(range))
    if (!expanded.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, expanded.error)
    for (const output of expanded.value) {
      outputs.set(bytesToHex(output.scriptPubKey), output)
      for (const key of output.keys) keys.set(bytesToHex(hash160(key.publicKey)), key)
    }
  }
  return { outputs, keys }
}

/** What is known of the output that an input spends: that it is a descriptor's, or at least some of its keys. */
export function findOutput({ outputs, keys }: KnownScripts, psbt: Psbt, index: number): DerivedOutput | undefined {
  const spent = psbtPrevout(psbt, index)
  if (!spent) return undefined
  const { scriptPubKey } = spent
  const output = outputs.get(bytesToHex(scriptPubKey))
  if (output) return output
  const needed = inspectInput(psbt, index)
  const hashes = [...needed.keys.map(hash160), ...needed.missing.pubkeys]
  const found = hashes.map((hash) => keys.get(bytesToHex(hash))).filter((key) => key !== undefined)
  return found.length > 0 ? { scriptPubKey, keys: found } : undefined
}

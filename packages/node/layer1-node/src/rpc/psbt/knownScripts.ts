import { bytesToHex } from '@ply/bytes'
import { hash160 } from '@ply/crypto'
import type { TxOutput } from '@ply/primitives'
import type { Json } from '@ply/rpc'
import { classifyOutput, type DerivedKey, type DerivedOutput } from '@ply/script'
import { type Psbt, psbtPrevout } from '@ply/wallet'
import type { Layer1Node } from '../../layer1Node.ts'
import { expandScanObject } from '../scanObjects.ts'
import { inspectInput } from './missing.ts'

/** What descriptors make known. */
export interface KnownScripts {
  /** By their scripts in hexadecimal. */
  readonly outputs: ReadonlyMap<string, DerivedOutput>
  /** By their HASH160 in hexadecimal. */
  readonly keys: ReadonlyMap<string, DerivedKey>
}

/** The outputs and keys of a list of descriptors, or of `{desc, range}`. */
export function readKnownScripts(list: readonly Json[], { network }: Layer1Node): KnownScripts {
  const outputs = new Map<string, DerivedOutput>()
  const keys = new Map<string, DerivedKey>()
  for (const item of list) {
    for (const output of expandScanObject(item, network)) {
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

/** What is known of an output that is paid to: that it is a descriptor's, or at least some of its keys. */
export function findPayment({ outputs, keys }: KnownScripts, { scriptPubKey }: TxOutput): DerivedOutput | undefined {
  const output = outputs.get(bytesToHex(scriptPubKey))
  if (output) return output
  const found = keyHashes(scriptPubKey).flatMap((hash) => keys.get(bytesToHex(hash)) ?? [])
  return found.length > 0 ? { scriptPubKey, keys: found } : undefined
}

/** The keys that an output names, each as its HASH160. */
function keyHashes(scriptPubKey: Uint8Array): readonly Uint8Array[] {
  const output = classifyOutput(scriptPubKey)
  switch (output.type) {
    case 'pubkey':
      return [hash160(output.publicKey)]
    case 'multisig':
      return output.publicKeys.map(hash160)
    case 'pubkeyhash':
      return [output.hash]
    case 'witness_v0_keyhash':
      return [output.program]
    case 'anchor':
    case 'nonstandard':
    case 'nulldata':
    case 'scripthash':
    case 'witness_unknown':
    case 'witness_v0_scripthash':
    case 'witness_v1_taproot':
      return []
  }
}

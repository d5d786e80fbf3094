import { bytesToHex } from '@ply/bytes'
import { encodeAddress, type NetworkParameters } from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import {
  classifyOutput,
  computeDescriptorChecksum,
  formatDescriptor,
  inferDescriptor as inferKnownDescriptor,
  type OutputClass,
  type ScriptKnowledge,
  scriptToAsm,
} from '@ply/script'
import { hexOf } from './hexOf.ts'

/** A descriptor with its checksum (BIP 380). */
export const withChecksum = (descriptor: string): string =>
  `${descriptor}#${computeDescriptorChecksum(descriptor) ?? ''}`

/** The descriptor that can be read off a scriptPubKey and what is known beside it. */
export function inferDescriptor(
  script: Uint8Array,
  network: NetworkParameters,
  knowledge: ScriptKnowledge = {},
): string {
  return formatDescriptor(inferKnownDescriptor(script, network, knowledge))
}

/** The types of output of which the script alone shows more than an address. */
const SHOWS_KEYS: ReadonlySet<OutputClass['type']> = new Set(['pubkey', 'multisig', 'witness_v1_taproot'])

/** A scriptPubKey as Bitcoin Core shows it. */
export function scriptPubKeyJson(
  script: Uint8Array,
  network: NetworkParameters,
  knowledge?: ScriptKnowledge,
): Record<string, JsonOutput> {
  const { type } = classifyOutput(script)
  const address = encodeAddress(script, network)
  // Most outputs of a block show their address and nothing else: no need to look for more.
  const plain = address === undefined ? `raw(${bytesToHex(script)})` : `addr(${address})`
  const isPlain = knowledge === undefined && !SHOWS_KEYS.has(type)
  return {
    asm: scriptToAsm(script),
    desc: isPlain ? withChecksum(plain) : inferDescriptor(script, network, knowledge),
    hex: hexOf(script),
    address: type === 'pubkey' ? undefined : address,
    type,
  }
}

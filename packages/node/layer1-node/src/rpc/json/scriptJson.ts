import { bytesToHex } from '@ply/bytes'
import { encodeAddress, type NetworkParameters } from '@ply/primitives'
import { type JsonText, JsonWriter } from '@ply/rpc'
import {
  classifyOutput,
  computeDescriptorChecksum,
  formatDescriptor,
  inferDescriptor as inferKnownDescriptor,
  type OutputClass,
  type ScriptKnowledge,
  scriptToAsm,
} from '@ply/script'

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

export interface ScriptJsonOptions {
  readonly network: NetworkParameters
  readonly knowledge?: ScriptKnowledge
  /** Show the script itself; true by default. */
  readonly hex?: boolean
}

/** Writes a scriptPubKey as Bitcoin Core shows it. */
export function writeScriptPubKey(writer: JsonWriter, script: Uint8Array, options: ScriptJsonOptions): void {
  const { network, knowledge, hex = true } = options
  const { type } = classifyOutput(script)
  const address = encodeAddress(script, network)
  // Most outputs of a block show their address and nothing else: no need to look for more.
  const plain = address === undefined ? `raw(${bytesToHex(script)})` : `addr(${address})`
  const isPlain = knowledge === undefined && !SHOWS_KEYS.has(type)
  const descriptor = isPlain ? withChecksum(plain) : inferDescriptor(script, network, knowledge)
  writer.text('{"asm":"').text(scriptToAsm(script)).text('","desc":"').text(descriptor)
  if (hex) writer.text('","hex":"').hex(script)
  if (address !== undefined && type !== 'pubkey') writer.text('","address":"').text(address)
  writer.text('","type":"').text(type).text('"}')
}

/** A scriptPubKey as Bitcoin Core shows it. */
export function scriptPubKeyJson(script: Uint8Array, options: ScriptJsonOptions): JsonText {
  const writer = new JsonWriter()
  writeScriptPubKey(writer, script, options)
  return writer.finish()
}

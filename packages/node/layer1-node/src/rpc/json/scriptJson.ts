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

const MAX_REMEMBERED = 10_000
/**
 * Descriptors of taproot outputs by address. Whether such a key lies on the curve takes longer to find out than all the
 * rest about an output, and the blocks that are asked for are often the same few.
 */
const remembered = new Map<string, string>()

function inferTaprootDescriptor(address: string, script: Uint8Array, network: NetworkParameters): string {
  const known = remembered.get(address)
  if (known !== undefined) return known
  const descriptor = inferDescriptor(script, network)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(address, descriptor)
  return descriptor
}

export interface ScriptJsonOptions {
  readonly network: NetworkParameters
  readonly knowledge?: ScriptKnowledge
  /** Show the script itself; true by default. */
  readonly hex?: boolean
}

interface SeenScript {
  readonly script: Uint8Array
  readonly type: OutputClass['type']
  readonly address: string | undefined
}

function describe({ script, type, address }: SeenScript, { network, knowledge }: ScriptJsonOptions): string {
  if (knowledge !== undefined) return inferDescriptor(script, network, knowledge)
  if (type === 'witness_v1_taproot' && address !== undefined) return inferTaprootDescriptor(address, script, network)
  if (SHOWS_KEYS.has(type)) return inferDescriptor(script, network)
  // Most outputs of a block show their address and nothing else: no need to look for more.
  return withChecksum(address === undefined ? `raw(${bytesToHex(script)})` : `addr(${address})`)
}

/** Writes a scriptPubKey as Bitcoin Core shows it. */
export function writeScriptPubKey(writer: JsonWriter, script: Uint8Array, options: ScriptJsonOptions): void {
  const { network, hex = true } = options
  const { type } = classifyOutput(script)
  const address = encodeAddress(script, network)
  const descriptor = describe({ script, type, address }, options)
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

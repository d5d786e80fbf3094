import { bytesToHex } from '@ply/bytes'
import { encodeAddress, type NetworkParameters } from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import { classifyOutput, computeDescriptorChecksum, type OutputClass, scriptToAsm } from '@ply/script'
import { hexOf } from './hexOf.ts'

/** A descriptor with its checksum (BIP 380). */
export const withChecksum = (descriptor: string): string =>
  `${descriptor}#${computeDescriptorChecksum(descriptor) ?? ''}`

/** The descriptor that can be read off a scriptPubKey alone. */
export function inferDescriptor(script: Uint8Array, network: NetworkParameters): string {
  return describe(script, classifyOutput(script), encodeAddress(script, network))
}

function describe(script: Uint8Array, output: OutputClass, address: string | undefined): string {
  if (output.type === 'pubkey') return withChecksum(`pk(${bytesToHex(output.publicKey)})`)
  if (output.type === 'multisig') {
    const keys = output.publicKeys.map(bytesToHex).join(',')
    return withChecksum(`multi(${output.required},${keys})`)
  }
  if (output.type === 'witness_v1_taproot') return withChecksum(`rawtr(${bytesToHex(output.program)})`)
  return withChecksum(address === undefined ? `raw(${bytesToHex(script)})` : `addr(${address})`)
}

/** A scriptPubKey as Bitcoin Core shows it. */
export function scriptPubKeyJson(script: Uint8Array, network: NetworkParameters): Record<string, JsonOutput> {
  const output = classifyOutput(script)
  const address = encodeAddress(script, network)
  return {
    asm: scriptToAsm(script),
    desc: describe(script, output, address),
    hex: hexOf(script),
    address: output.type === 'pubkey' ? undefined : address,
    type: output.type,
  }
}

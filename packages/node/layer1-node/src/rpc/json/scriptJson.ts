import { bytesToHex } from '@ply/bytes'
import { encodeAddress, type NetworkParameters } from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import { classifyOutput, scriptToAsm } from '@ply/script'
import { computeDescriptorChecksum } from '@ply/script'

/** A descriptor with its checksum (BIP 380). */
export const withChecksum = (descriptor: string): string =>
  `${descriptor}#${computeDescriptorChecksum(descriptor) ?? ''}`

/** The descriptor that can be read off a scriptPubKey alone. */
export function inferDescriptor(script: Uint8Array, network: NetworkParameters): string {
  const output = classifyOutput(script)
  if (output.type === 'pubkey') return withChecksum(`pk(${bytesToHex(output.publicKey)})`)
  if (output.type === 'multisig') {
    const keys = output.publicKeys.map(bytesToHex).join(',')
    return withChecksum(`multi(${output.required},${keys})`)
  }
  if (output.type === 'witness_v1_taproot') return withChecksum(`rawtr(${bytesToHex(output.program)})`)
  const address = encodeAddress(script, network)
  return withChecksum(address === undefined ? `raw(${bytesToHex(script)})` : `addr(${address})`)
}

/** A scriptPubKey as Bitcoin Core shows it. */
export function scriptPubKeyJson(script: Uint8Array, network: NetworkParameters): Record<string, JsonOutput> {
  const { type } = classifyOutput(script)
  return {
    asm: scriptToAsm(script),
    desc: inferDescriptor(script, network),
    hex: bytesToHex(script),
    address: type === 'pubkey' ? undefined : encodeAddress(script, network),
    type,
  }
}

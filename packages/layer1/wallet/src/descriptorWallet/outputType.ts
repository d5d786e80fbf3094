import { classifyOutput, type Descriptor } from '@ply/script'

/** Bitcoin Core's names for the kinds of address that a wallet gives out. */
export type OutputType = 'legacy' | 'p2sh-segwit' | 'bech32' | 'bech32m'

export const OUTPUT_TYPES: readonly OutputType[] = ['legacy', 'p2sh-segwit', 'bech32', 'bech32m']

export const isOutputType = (text: string): text is OutputType => OUTPUT_TYPES.some((type) => type === text)

/** The kind of address of an output script; undefined for what has none. */
export function outputTypeOf(scriptPubKey: Uint8Array): OutputType | undefined {
  switch (classifyOutput(scriptPubKey).type) {
    case 'pubkeyhash':
    case 'scripthash':
      return 'legacy'
    case 'witness_v0_keyhash':
    case 'witness_v0_scripthash':
      return 'bech32'
    case 'witness_v1_taproot':
    case 'witness_unknown':
      return 'bech32m'
    case 'nonstandard':
    case 'anchor':
    case 'nulldata':
    case 'pubkey':
    case 'multisig':
      return undefined
  }
}

/** The kind of address that a descriptor makes; undefined where it makes none, or several. */
export function descriptorOutputType(descriptor: Descriptor): OutputType | undefined {
  switch (descriptor.type) {
    case 'pkh':
      return 'legacy'
    case 'wpkh':
    case 'wsh':
      return 'bech32'
    case 'tr':
    case 'rawtr':
      return 'bech32m'
    case 'sh':
      return descriptor.script.type === 'wpkh' || descriptor.script.type === 'wsh' ? 'p2sh-segwit' : 'legacy'
    case 'addr':
      return outputTypeOf(descriptor.scriptPubKey)
    case 'raw':
      return outputTypeOf(descriptor.script)
    case 'pk':
    case 'combo':
    case 'multi':
    case 'sortedmulti':
    case 'unused':
      return undefined
  }
}

import { unwrap } from '@ply/bytes'
import type { NetworkParameters } from '@ply/primitives'
import { type Descriptor, deriveOutputs, isRanged, parseDescriptor } from '@ply/script'
import { createWalletDescriptor, descriptorOutputType, type DescriptorWallet } from '@ply/wallet'
import { miscError } from '../walletError.ts'
import type { ExternalSigner } from './externalSigner.ts'

export interface SignerDescriptor {
  readonly descriptor: Descriptor
  readonly internal: boolean
}

/** The descriptors of a signer's first account. Error -1 for texts that are none. */
export async function readSignerDescriptors(
  signer: ExternalSigner,
  network: NetworkParameters,
): Promise<readonly SignerDescriptor[]> {
  const { receive, internal } = await signer.descriptors()
  const read = (text: string, isInternal: boolean): SignerDescriptor => {
    const parsed = parseDescriptor(text, network)
    const derived = parsed.ok ? deriveOutputs(parsed.value, 0) : parsed
    if (parsed.ok && derived.ok) return { descriptor: parsed.value, internal: isInternal }
    const reason = parsed.ok ? 'Cannot derive script without private keys' : parsed.error.message
    throw miscError(`SetupDescriptorScriptPubKeyMans: Invalid descriptor "${text}" (${reason})`)
  }
  return [...receive.map((text) => read(text, false)), ...internal.map((text) => read(text, true))]
}

/** Adds them to a wallet, which gives out addresses of them from then on; those of no kind of address are left out. */
export function addSignerDescriptors(wallet: DescriptorWallet, descriptors: readonly SignerDescriptor[]): void {
  for (const { descriptor, internal } of descriptors) {
    if (descriptorOutputType(descriptor) === undefined) continue
    const end = isRanged(descriptor) ? wallet.book.keypool : 1
    const fields = { timestamp: wallet.environment.now(), internal, start: 0, end, next: 0 }
    const added = createWalletDescriptor(descriptor, wallet.network, fields)
    unwrap(wallet.book.add(added))
    wallet.book.activate(added, internal)
  }
}

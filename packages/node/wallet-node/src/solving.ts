import { type Descriptor, formatDescriptor } from '@ply/script'
import { concreteDescriptor, type DescriptorWallet } from '@ply/wallet'

/** A script of the wallet as the descriptor of this one script, with the origins of its keys. */
export function describeScript(wallet: DescriptorWallet, scriptPubKey: Uint8Array): string | undefined {
  const derived = wallet.solve(scriptPubKey)
  return derived && concreteDescriptor(derived, wallet.network)
}

/** Written once: every coin and every address tells its descriptor. */
const texts = new WeakMap<Descriptor, string>()

function normalizedText(descriptor: Descriptor): string {
  let text = texts.get(descriptor)
  if (text === undefined) {
    text = formatDescriptor(descriptor, 'normalized')
    texts.set(descriptor, text)
  }
  return text
}

/** The wallet's descriptors that make a script, as they can be imported elsewhere. */
export function parentDescriptors(wallet: DescriptorWallet, scriptPubKey: Uint8Array): string[] {
  const ids = new Set(wallet.book.findAll(scriptPubKey).map(({ id }) => id))
  return [...ids].map((id) => normalizedText(wallet.book.get(id)!.descriptor))
}

/** False for what only an address or a script is known of. */
export const isSolvable = (wallet: DescriptorWallet, scriptPubKey: Uint8Array): boolean =>
  (wallet.solve(scriptPubKey)?.keys.length ?? 0) > 0

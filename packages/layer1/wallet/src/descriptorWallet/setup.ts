import { unwrap } from '@ply/bytes'
import { ExtendedKey } from '@ply/crypto'
import type { Entropy } from '@ply/ports'
import { formatDescriptor, parseDescriptor } from '@ply/script'
import type { DescriptorWallet } from './descriptorWallet.ts'
import { OUTPUT_TYPES, type OutputType } from './outputType.ts'
import { createWalletDescriptor, descriptorId, type WalletDescriptor } from './walletDescriptor.ts'

/** BIP 44, 49, 84, 86: how each kind of address is made of a key, and below which purpose. */
const FORMS: Readonly<Record<OutputType, { readonly purpose: number; wrap(key: string): string }>> = {
  legacy: { purpose: 44, wrap: (key) => `pkh(${key})` },
  'p2sh-segwit': { purpose: 49, wrap: (key) => `sh(wpkh(${key}))` },
  bech32: { purpose: 84, wrap: (key) => `wpkh(${key})` },
  bech32m: { purpose: 86, wrap: (key) => `tr(${key})` },
}

/** The text of the descriptor for one kind of address and side, with the master key's secret. */
export function accountDescriptorText(
  master: ExtendedKey,
  type: OutputType,
  { internal, coinType }: { readonly internal: boolean; readonly coinType: number },
): string {
  const { purpose, wrap } = FORMS[type]
  return wrap(`${master.xprv}/${purpose}h/${coinType}h/0h/${internal ? 1 : 0}/*`)
}

/** The id that the descriptor of one kind of address and side has. */
export function accountDescriptorId(
  { network }: DescriptorWallet,
  master: ExtendedKey,
  { type, internal }: { readonly type: OutputType; readonly internal: boolean },
): string {
  const text = accountDescriptorText(master, type, { internal, coinType: network.address.coinType })
  return descriptorId(formatDescriptor(unwrap(parseDescriptor(text, network))))
}

/** Adds the descriptor of one kind of address and side, and gives addresses out from it. */
export function addAccount(
  wallet: DescriptorWallet,
  master: ExtendedKey,
  options: { readonly type: OutputType; readonly internal: boolean; readonly entropy: Entropy },
): WalletDescriptor {
  const { network } = wallet
  const { type, internal } = options
  const text = accountDescriptorText(master, type, { internal, coinType: network.address.coinType })
  const parsed = unwrap(parseDescriptor(text, network))
  const timestamp = wallet.environment.now()
  const fields = { timestamp, internal, start: 0, end: wallet.book.keypool, next: 0 }
  const descriptor = createWalletDescriptor(parsed, network, fields)
  wallet.ring.add(descriptor.id, formatDescriptor(parsed, 'private'), options.entropy)
  unwrap(wallet.book.add(descriptor))
  wallet.book.activate(descriptor, internal)
  return descriptor
}

/** A new master key, and the descriptors of every kind of address below it, in place of those there were. */
export function addAccounts(wallet: DescriptorWallet, entropy: Entropy): void {
  const master = ExtendedKey.fromSeed(entropy.bytes(32), wallet.network.address.extendedKeys)
  for (const internal of [false, true]) {
    for (const type of OUTPUT_TYPES) addAccount(wallet, master, { type, internal, entropy })
  }
}

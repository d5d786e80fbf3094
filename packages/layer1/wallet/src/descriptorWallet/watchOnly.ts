import type { DescriptorWallet, DescriptorWalletContents } from './descriptorWallet.ts'
import type { SavedDescriptor } from './descriptorBook.ts'
import { formatDescriptor } from '@ply/script'
import { descriptorId } from './walletDescriptor.ts'

/** A descriptor by what is derived from it without secrets, so that it means the same where they are missing. */
function withoutSecrets({ wallet, ...derived }: SavedDescriptor): SavedDescriptor {
  const text = formatDescriptor(wallet.descriptor, 'normalized')
  return { wallet: { ...wallet, id: descriptorId(text), text }, ...derived }
}

/** Everything that a wallet knows but its secrets: what another node needs to watch it. */
export function copyWatchOnly(wallet: DescriptorWallet): DescriptorWalletContents {
  const descriptors = wallet.book.all().map(({ id }) => withoutSecrets(wallet.book.saved(id)!))
  const ids = new Map(wallet.book.all().map(({ id }, place) => [id, descriptors[place]!.wallet.id]))
  const ledger = wallet.ledger.contents()
  return {
    flags: { ...wallet.flags, disablePrivateKeys: true },
    secrets: { envelope: undefined, secrets: new Map() },
    descriptors,
    active: new Map([...wallet.book.active()].map(([kind, id]) => [kind, ids.get(id)!])),
    addresses: new Map(wallet.labels.entries()),
    ledger,
    notes: new Map(ledger.records.flatMap(({ txid }) => noteOf(wallet, txid))),
    locked: wallet.persistentLocks(),
    locator: wallet.locator,
  }
}

const noteOf = (wallet: DescriptorWallet, txid: string) => {
  const note = wallet.note(txid)
  return note ? [[txid, note] as const] : []
}

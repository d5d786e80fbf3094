import type { DescriptorWallet } from '@ply/wallet'
import { encodeDescriptor, encodeRecord, encodeScripts, encodeSettings, ROWS, type Row } from './walletCodec.ts'
import type { RowChange } from './walletFileCodec.ts'
import type { WalletFile } from './walletFile.ts'

/** Changes of a wallet, and whether they must survive a power cut: where the chain stands can be found again. */
export interface Batch {
  readonly changes: readonly RowChange[]
  /** Ids of the transactions among them, in hexadecimal. */
  readonly transactions: readonly string[]
  readonly sync: boolean
}

/** What a wallet has on disk. */
export class WalletStore {
  readonly #file: WalletFile
  /** How many indexes of a descriptor have their scripts written. */
  readonly #written = new Map<string, number>()
  readonly #order = new Map<string, number>()
  readonly #secrets = new Map<string, string>()
  #settings = ''

  constructor(file: WalletFile) {
    this.#file = file
  }

  get path(): string {
    return this.#file.path
  }

  rows(): Promise<Row[]> {
    return this.#file.rows()
  }

  /** Remembers what a wallet that was just read has on disk. */
  loaded(wallet: DescriptorWallet): void {
    for (const { id, start, end } of wallet.book.all()) this.#written.set(id, end - start)
    for (const record of wallet.ledger.log.all()) this.#order.set(record.txid, this.#order.size)
    for (const [id, secret] of wallet.ring.saved().secrets) this.#secrets.set(id, secret)
  }

  #orderOf(txid: string): number {
    const order = this.#order.get(txid) ?? this.#order.size
    this.#order.set(txid, order)
    return order
  }

  #descriptorRows(wallet: DescriptorWallet, id: string): RowChange[] {
    const saved = wallet.book.saved(id)
    if (!saved) return []
    const written = this.#written.get(id) ?? 0
    this.#written.set(id, saved.scripts.length)
    return [[ROWS.descriptor + id, encodeDescriptor(saved)], ...encodeScripts(saved, written)]
  }

  #secretRows(wallet: DescriptorWallet): RowChange[] {
    const { secrets } = wallet.ring.saved()
    const changes: RowChange[] = []
    for (const [id, secret] of secrets) {
      if (this.#secrets.get(id) !== secret) changes.push([ROWS.secret + id, secret])
    }
    for (const id of this.#secrets.keys()) if (!secrets.has(id)) changes.push([ROWS.secret + id, null])
    this.#secrets.clear()
    for (const [id, secret] of secrets) this.#secrets.set(id, secret)
    return changes
  }

  #transactionRow(wallet: DescriptorWallet, txid: string): RowChange {
    const record = wallet.ledger.log.get(txid)
    return [ROWS.transaction + txid, record ? encodeRecord(record, wallet.note(txid), this.#orderOf(txid)) : null]
  }

  /** What a wallet has changed since the last call. */
  takeBatch(wallet: DescriptorWallet): Batch {
    const taken = wallet.takeChanges()
    const changes: RowChange[] = []
    for (const id of taken.descriptors) changes.push(...this.#descriptorRows(wallet, id))
    for (const txid of taken.transactions) changes.push(this.#transactionRow(wallet, txid))
    for (const address of taken.addresses) {
      const entry = wallet.labels.get(address)
      changes.push([ROWS.address + address, entry ? JSON.stringify(entry) : null])
    }
    const transactions = [...taken.transactions]
    if (changes.length === 0 && !taken.settings) return { changes, transactions, sync: false }
    changes.push(...this.#secretRows(wallet))
    const settings = encodeSettings(wallet)
    const moved = changes.length === 0 && withoutTip(settings) === withoutTip(this.#settings)
    this.#settings = settings
    return { changes: [...changes, [ROWS.settings, settings]], transactions, sync: !moved }
  }

  write({ changes, sync }: Batch): Promise<void> {
    return this.#file.append(changes, { sync })
  }

  /** Leaves nothing on disk of what was changed or deleted. */
  rewrite(): Promise<void> {
    return this.#file.rewrite()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** Settings but for the block at which the wallet stands. */
function withoutTip(settings: string): string {
  const { height, tip, locator, ...rest } = JSON.parse(settings || '{}') as Record<string, unknown>
  return JSON.stringify([rest, [height, tip, locator].map((each) => each === undefined)])
}

import { rename, rm, stat } from 'node:fs/promises'
import { decodeUtf8, unwrap, utf8ToBytes } from '@ply/bytes'
import type { Store, StoreOp } from '@ply/ports'
import { openLevelStore } from '@ply/storage'
import type { DescriptorWallet } from '@ply/wallet'
import { encodeDescriptor, encodeRecord, encodeSettings, ROWS, type Row } from './walletCodec.ts'

const put = (key: string, value: string): StoreOp => ({ type: 'put', key: utf8ToBytes(key), value: utf8ToBytes(value) })
const del = (key: string): StoreOp => ({ type: 'del', key: utf8ToBytes(key) })

/** Beside a wallet's folder while it is written anew. */
const [NEW, OLD] = ['.new', '.old']

/** True for what {@link WalletStore.rewrite} leaves behind if its process dies. */
export const isLeftover = (name: string): boolean => name.endsWith(NEW) || name.endsWith(OLD)

/** Puts a wallet's folder back that a process which died had put aside. */
export async function recoverFolder(path: string): Promise<void> {
  const isMissing = await stat(path).then(
    () => false,
    () => true,
  )
  if (isMissing) await rename(path + OLD, path).catch(() => undefined)
}

/** A wallet's rows in a store of its own. */
export class WalletStore {
  readonly #path: string
  #store: Store
  /** How many indexes of a descriptor have their scripts written. */
  readonly #written = new Map<string, number>()
  readonly #order = new Map<string, number>()
  readonly #secrets = new Map<string, string>()

  private constructor(path: string, store: Store) {
    this.#path = path
    this.#store = store
  }

  /** Opens the store in a folder, or makes it. Rejects with `LockError` if another process has it. */
  static async open(path: string): Promise<WalletStore> {
    return new WalletStore(path, await openLevelStore(path))
  }

  async rows(): Promise<Row[]> {
    const rows: Row[] = []
    for await (const [key, value] of this.#store.iterate({})) {
      rows.push([unwrap(decodeUtf8(key)), unwrap(decodeUtf8(value))])
    }
    return rows
  }

  /** Writes rows as they are, such as those of a backup. */
  async import(rows: readonly Row[]): Promise<void> {
    await this.#store.batch(
      rows.map(([key, value]) => put(key, value)),
      { sync: true },
    )
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

  #descriptorRows(wallet: DescriptorWallet, id: string): StoreOp[] {
    const saved = wallet.book.saved(id)
    if (!saved) return []
    const written = this.#written.get(id) ?? 0
    this.#written.set(id, saved.scripts.length)
    return [
      put(ROWS.descriptor + id, encodeDescriptor(saved)),
      ...saved.scripts
        .slice(written)
        .map((scripts, i) => put(`${ROWS.scripts}${id}:${saved.wallet.start + written + i}`, scripts.join(' '))),
    ]
  }

  #secretRows(wallet: DescriptorWallet): StoreOp[] {
    const { secrets } = wallet.ring.saved()
    const ops: StoreOp[] = []
    for (const [id, secret] of secrets) if (this.#secrets.get(id) !== secret) ops.push(put(ROWS.secret + id, secret))
    for (const id of this.#secrets.keys()) if (!secrets.has(id)) ops.push(del(ROWS.secret + id))
    this.#secrets.clear()
    for (const [id, secret] of secrets) this.#secrets.set(id, secret)
    return ops
  }

  /** What a wallet has changed since the last call, as one batch; empty where there is nothing. */
  takeBatch(wallet: DescriptorWallet): readonly StoreOp[] {
    const changes = wallet.takeChanges()
    const ops: StoreOp[] = []
    for (const id of changes.descriptors) ops.push(...this.#descriptorRows(wallet, id))
    for (const txid of changes.transactions) {
      const record = wallet.ledger.log.get(txid)
      if (record) ops.push(put(ROWS.transaction + txid, encodeRecord(record, wallet.note(txid), this.#orderOf(txid))))
    }
    for (const address of changes.addresses) {
      const entry = wallet.labels.get(address)
      ops.push(entry ? put(ROWS.address + address, JSON.stringify(entry)) : del(ROWS.address + address))
    }
    if (ops.length > 0 || changes.settings)
      ops.push(...this.#secretRows(wallet), put(ROWS.settings, encodeSettings(wallet)))
    return ops
  }

  write(ops: readonly StoreOp[]): Promise<void> {
    return this.#store.batch(ops)
  }

  /** Writes everything to new files: what was deleted or replaced is in the old ones still. */
  async rewrite(): Promise<void> {
    const rows = await this.rows()
    await rm(this.#path + NEW, { recursive: true, force: true })
    const fresh = await WalletStore.open(this.#path + NEW)
    await fresh.import(rows)
    await fresh.close()
    await this.#store.close()
    await rename(this.#path, this.#path + OLD)
    await rename(this.#path + NEW, this.#path)
    await rm(this.#path + OLD, { recursive: true, force: true })
    this.#store = await openLevelStore(this.#path)
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

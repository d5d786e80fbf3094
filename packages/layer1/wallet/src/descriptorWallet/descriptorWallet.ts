import { bytesToHex } from '@ply/bytes'
import {
  type BlockHash,
  encodeAddress,
  type NetworkParameters,
  type OutPoint,
  outPointKey,
  type Txid,
  type TxOutput,
} from '@ply/primitives'
import { classifyOutput, type DerivedOutput } from '@ply/script'
import { SecretNonces } from '../psbt/musig2/secretNonces.ts'
import { ChainLedger, type LedgerContents } from '../state/chainLedger.ts'
import type { TransactionRecord } from '../state/transactionLog.ts'
import { AddressLabels, type LabelledAddress } from './addressLabels.ts'
import { DescriptorBook, type SavedDescriptor } from './descriptorBook.ts'
import { signedInputWeight } from './inputSize.ts'
import { KeyRing, type SavedSecrets } from './keyRing.ts'
import type { PoolView } from './poolView.ts'
import type { DescriptorKey, WalletDescriptor } from './walletDescriptor.ts'

/** What a wallet is and stays, by Bitcoin Core's names. */
export interface WalletFlags {
  readonly disablePrivateKeys: boolean
  readonly blank: boolean
  readonly avoidReuse: boolean
  /** The keys are in a device or a program outside, which is asked to sign. */
  readonly externalSigner?: boolean
}

/** What the owner, and the wallet itself, noted beside a transaction. */
export interface TransactionNote {
  /** When the wallet first heard of it, in seconds since the Unix epoch. */
  readonly received: number
  /** When it was made, as far as anybody can tell. */
  readonly time: number
  readonly comment?: string
  readonly to?: string
  /** Internal-order txids in hexadecimal. */
  readonly replaces?: string
  readonly replacedBy?: string
}

/** Everything of a {@link DescriptorWallet} that is kept. */
export interface DescriptorWalletContents {
  readonly flags: WalletFlags
  readonly secrets: SavedSecrets
  readonly descriptors: readonly SavedDescriptor[]
  readonly active: ReadonlyMap<string, string>
  readonly addresses: ReadonlyMap<string, LabelledAddress>
  readonly ledger: LedgerContents
  readonly notes: ReadonlyMap<string, TransactionNote>
  /** Locked coins that stay locked. */
  readonly locked: ReadonlySet<string>
  /** Blocks of the chain that the wallet followed, the last one first: see {@link WalletEnvironment.locator}. */
  readonly locator: readonly BlockHash[]
}

/** What changed since it was last written. Ids and txids name what to write again, or to delete where it is gone. */
export interface WalletChanges {
  readonly descriptors: Set<string>
  readonly transactions: Set<string>
  readonly addresses: Set<string>
  /** Everything else. */
  settings: boolean
}

export interface WalletEnvironment {
  readonly network: NetworkParameters
  readonly keypool?: number
  /** Seconds since the Unix epoch. */
  now(): number
  /** Blocks up to one, ever fewer the older they are: they tell any node where its chain left the wallet's. */
  locator?(tip: BlockHash): readonly BlockHash[] | undefined
  readonly pool: PoolView
  /** Whether change that is not confirmed may be spent, and is trusted; true if not given (-spendzeroconfchange). */
  readonly spendUnconfirmed?: boolean
}

const noChanges = (): WalletChanges => ({
  descriptors: new Set(),
  transactions: new Set(),
  addresses: new Set(),
  settings: false,
})

export const EMPTY_WALLET: Omit<DescriptorWalletContents, 'flags' | 'ledger'> = {
  secrets: { envelope: undefined, secrets: new Map() },
  descriptors: [],
  active: new Map(),
  addresses: new Map(),
  notes: new Map(),
  locked: new Set(),
  locator: [],
}

/** A wallet as Bitcoin Core's RPC knows it: any descriptors, with or without their secret keys. It knows no node. */
export class DescriptorWallet {
  readonly network: NetworkParameters
  readonly environment: WalletEnvironment
  readonly ring: KeyRing
  readonly book: DescriptorBook
  readonly labels: AddressLabels
  readonly ledger: ChainLedger<DescriptorKey>
  /** Of MuSig2 sessions under way. Never kept: see {@link SecretNonces}. */
  readonly secretNonces = new SecretNonces()
  readonly #notes: Map<string, TransactionNote>
  readonly #persistentLocks: Set<string>
  readonly #locks: Set<string>
  readonly #weights = new Map<string, number | undefined>()
  readonly #savedLocator: readonly BlockHash[]
  #flags: WalletFlags
  #changes = noChanges()

  constructor(contents: DescriptorWalletContents, environment: WalletEnvironment) {
    this.network = environment.network
    this.environment = environment
    this.#flags = contents.flags
    this.#savedLocator = contents.locator
    this.ring = new KeyRing(environment.network, contents.secrets)
    this.#notes = new Map(contents.notes)
    this.#persistentLocks = new Set(contents.locked)
    this.#locks = new Set(contents.locked)
    this.labels = new AddressLabels(contents.addresses, (address) => this.#changes.addresses.add(address))
    this.book = new DescriptorBook({
      network: environment.network,
      saved: contents.descriptors,
      active: contents.active,
      source: (wallet) => this.ring.descriptor(wallet.id) ?? wallet.descriptor,
      changed: (id) => {
        this.#changes.descriptors.add(id)
        this.#changes.settings = true
      },
      ...(environment.keypool !== undefined && { keypool: environment.keypool }),
    })
    this.ledger = new ChainLedger(this.book, contents.ledger, {
      changed: (record) => this.#recordChanged(record),
      pool: environment.pool,
    })
  }

  get flags(): WalletFlags {
    return this.#flags
  }

  setFlags(flags: Partial<WalletFlags>): void {
    this.#flags = { ...this.#flags, ...flags }
    this.#changes.settings = true
  }

  #recordChanged(record: TransactionRecord): void {
    this.#changes.transactions.add(record.txid)
    if (!this.#notes.has(record.txid)) {
      const received = this.environment.now()
      this.#notes.set(record.txid, { received, time: Math.min(record.time, received) })
    }
    // A lock has done its work once the coin is spent.
    if (record.status === 'active') for (const { prevout } of record.tx.inputs) this.unlock(prevout)
    // Coins that came to an address that others were given, by this wallet or by a copy of it, are no change.
    for (const { scriptPubKey } of record.tx.outputs) {
      const key = this.book.find(scriptPubKey)
      const wallet = key && this.book.get(key.id)
      if (!wallet || wallet.internal || !this.book.isActive(wallet.id)) continue
      const address = encodeAddress(scriptPubKey, this.network)
      if (address !== undefined && !this.labels.get(address)) this.labels.set(address, '', 'receive')
    }
  }

  /** What changed since the last call. */
  takeChanges(): WalletChanges {
    const changes = this.#changes
    this.#changes = noChanges()
    return changes
  }

  /** Something changed that nobody watches: secrets, the chain's tip. */
  touch(): void {
    this.#changes.settings = true
  }

  /** Blocks that the wallet followed, the last one first. */
  get locator(): readonly BlockHash[] {
    const { tip } = this.ledger
    return (tip && this.environment.locator?.(tip.hash)) ?? this.#savedLocator
  }

  note(txid: string): TransactionNote | undefined {
    return this.#notes.get(txid)
  }

  setNote(txid: string, note: Partial<TransactionNote>): void {
    const now = this.environment.now()
    this.#notes.set(txid, { received: now, time: now, ...this.#notes.get(txid), ...note })
    this.#changes.transactions.add(txid)
  }

  /** Forgets a transaction with what was noted of it; false if there is none. */
  removeTransaction(txid: Txid): boolean {
    const key = bytesToHex(txid)
    if (!this.ledger.log.remove(key)) return false
    this.#notes.delete(key)
    this.#changes.transactions.add(key)
    return true
  }

  isMine(scriptPubKey: Uint8Array): boolean {
    return this.book.find(scriptPubKey) !== undefined
  }

  /** True for an output of the wallet whose address nobody was given. */
  isChange(scriptPubKey: Uint8Array): boolean {
    if (!this.isMine(scriptPubKey)) return false
    const address = encodeAddress(scriptPubKey, this.network)
    return address === undefined || this.labels.get(address) === undefined
  }

  ownOutput(outpoint: OutPoint): TxOutput | undefined {
    return this.ledger.ownOutput(outpoint)?.output
  }

  /** The output of a descriptor that a script belongs to, with the keys and scripts that spending takes. */
  solve(scriptPubKey: Uint8Array): DerivedOutput | undefined {
    const key = this.book.find(scriptPubKey)
    const outputs = key && this.book.derive(key)
    const script = bytesToHex(scriptPubKey)
    return outputs?.ok ? outputs.value.find((output) => bytesToHex(output.scriptPubKey) === script) : undefined
  }

  /** Weight of a signed input for an output of the wallet; undefined where the wallet does not know how to sign. */
  inputWeight(scriptPubKey: Uint8Array): number | undefined {
    // The scripts that a descriptor makes of one kind take the same to spend, whatever their index.
    const id = `${this.book.find(scriptPubKey)?.id ?? ''}:${classifyOutput(scriptPubKey).type}`
    if (!this.#weights.has(id)) {
      const derived = this.solve(scriptPubKey)
      this.#weights.set(
        id,
        derived && signedInputWeight(scriptPubKey, derived, { byOthers: this.#flags.disablePrivateKeys }),
      )
    }
    return this.#weights.get(id)
  }

  isLocked(outpoint: OutPoint): boolean {
    return this.#locks.has(outPointKey(outpoint))
  }

  lock(outpoint: OutPoint, persistent: boolean): void {
    const id = outPointKey(outpoint)
    this.#locks.add(id)
    if (!persistent) return
    this.#persistentLocks.add(id)
    this.#changes.settings = true
  }

  unlock(outpoint: OutPoint): void {
    if (this.#locks.size === 0) return
    const id = outPointKey(outpoint)
    this.#locks.delete(id)
    if (this.#persistentLocks.delete(id)) this.#changes.settings = true
  }

  unlockAll(): void {
    this.#locks.clear()
    this.#persistentLocks.clear()
    this.#changes.settings = true
  }

  /** Keys of the locked outpoints. */
  locks(): ReadonlySet<string> {
    return this.#locks
  }

  persistentLocks(): ReadonlySet<string> {
    return this.#persistentLocks
  }

  /** The oldest moment from which there may be transactions: a key's, or that of one that is older than its key says. */
  birthTime(): number | undefined {
    const times = this.book.all().map(({ timestamp }: WalletDescriptor) => timestamp)
    if (times.length === 0) return undefined
    for (const { txid, confirmation } of this.ledger.log.all()) {
      const time = confirmation && this.#notes.get(txid)?.time
      if (time !== undefined) times.push(time)
    }
    return times.reduce((least, time) => Math.min(least, time))
  }
}

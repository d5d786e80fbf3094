import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import type { Layer1Node } from '@ply/layer1-node'
import { RPC_ERROR, RpcError } from '@ply/rpc'
import { LockError } from '@ply/storage'
import {
  addAccounts,
  DescriptorWallet,
  type DescriptorWalletContents,
  EMPTY_WALLET,
  type WalletFlags,
} from '@ply/wallet'
import { NodeWallet } from './nodeWallet.ts'
import { createPoolView } from './spend/poolView.ts'
import { decodeWallet, type Row } from './storage/walletCodec.ts'
import { isLeftover, recoverFolder, WalletStore } from './storage/walletStore.ts'
import { DEFAULT_WALLET_OPTIONS, type WalletOptions } from './walletOptions.ts'
import { walletError } from './walletError.ts'

/** Which wallets are to be loaded at the next start: bitcoind's settings.json. */
export interface StartupWallets {
  set(name: string, load: boolean): Promise<void>
}

export interface WalletHostOptions {
  readonly node: Layer1Node
  /** Where the wallets lie, each in a folder of its name. */
  readonly directory: string
  readonly options?: Partial<WalletOptions>
  readonly startup?: StartupWallets
}

/** LevelDB's: a folder with it holds a store. */
const STORE_FILE = 'CURRENT'

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** What {@link WalletHost.create} makes. */
export interface NewWallet {
  readonly flags: WalletFlags
  /** Seals the secrets if it is not empty. */
  readonly passphrase: string
}

/** The wallets of a node. */
export class WalletHost {
  readonly node: Layer1Node
  readonly directory: string
  readonly options: WalletOptions
  readonly #startup: StartupWallets | undefined
  readonly #wallets = new Map<string, NodeWallet>()
  readonly #unsubscribe: (() => void)[]
  /** Names that are being opened. */
  readonly #opening = new Set<string>()

  constructor({ node, directory, options, startup }: WalletHostOptions) {
    this.node = node
    this.directory = directory
    this.#startup = startup
    const fallbackFee = node.network.name === 'regtest' ? 20_000n : 0n
    this.options = { ...DEFAULT_WALLET_OPTIONS, fallbackFee, ...options }
    this.#unsubscribe = [
      node.chain.subscribe({
        blockConnected: (connected) => this.#each((wallet) => wallet.blockConnected(connected)),
        blockDisconnected: (disconnected) => this.#each((wallet) => wallet.blockDisconnected(disconnected)),
      }),
      node.mempool.subscribe({
        added: ({ tx }) => {
          for (const wallet of this.#wallets.values()) wallet.transactionAdded(tx)
        },
      }),
    ]
  }

  async #each(task: (wallet: NodeWallet) => Promise<void>): Promise<void> {
    await Promise.all([...this.#wallets.values()].map(task))
  }

  loaded(): readonly NodeWallet[] {
    return [...this.#wallets.values()]
  }

  get(name: string): NodeWallet | undefined {
    return this.#wallets.get(name)
  }

  #path(name: string): string {
    return isAbsolute(name) ? name : join(this.directory, name)
  }

  /** Names of the wallets in the folder, loaded or not. */
  async stored(): Promise<string[]> {
    const names: string[] = []
    const walk = async (folder: string, depth: number): Promise<void> => {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (!entry.isDirectory() || isLeftover(entry.name)) continue
        const path = join(folder, entry.name)
        if (await exists(join(path, STORE_FILE))) names.push(relative(this.directory, path))
        else if (depth > 0) await walk(path, depth - 1)
      }
    }
    await walk(this.directory, 3)
    return names.sort()
  }

  #environment() {
    const { node, options } = this
    return {
      network: node.network,
      keypool: options.keypool,
      now: () => Math.floor(node.clock.now() / 1000),
      pool: createPoolView(node.mempool, options),
    }
  }

  /** Runs `task` while nobody else opens a wallet of that name. */
  async #opened<T>(name: string, task: () => Promise<T>): Promise<T> {
    if (this.#opening.has(name)) throw walletError('Wallet already loading.')
    this.#opening.add(name)
    try {
      return await task()
    } finally {
      this.#opening.delete(name)
    }
  }

  async #openStore(name: string): Promise<WalletStore> {
    try {
      return await WalletStore.open(this.#path(name))
    } catch (error) {
      if (!(error instanceof LockError)) throw error
      throw walletError(
        `Wallet file verification failed. SQLiteDatabase: Unable to obtain an exclusive lock on the database, is it being used by another instance of plyd?`,
      )
    }
  }

  async #start(name: string, store: WalletStore, contents: DescriptorWalletContents): Promise<NodeWallet> {
    const wallet = new DescriptorWallet(contents, this.#environment())
    store.loaded(wallet)
    const loaded = new NodeWallet({ name, wallet, store, node: this.node, options: this.options })
    await loaded.catchUp()
    // A block may come between the last look at the chain and here: the listener is there from now on.
    this.#wallets.set(name, loaded)
    await loaded.catchUp()
    await loaded.resubmit()
    return loaded
  }

  /** The error for a folder or a backup that is none of a wallet. */
  notRecognized(name: string): RpcError {
    return new RpcError(
      RPC_ERROR.walletNotFound,
      `Wallet file verification failed. Failed to load database path '${this.#path(name)}'. Data is not in recognized format.`,
    )
  }

  /** Makes and loads a wallet. Errors as Bitcoin Core's `createwallet`. */
  async create(name: string, { flags, passphrase }: NewWallet): Promise<NodeWallet> {
    if (name === '') {
      throw new RpcError(RPC_ERROR.invalidParameter, 'Wallet name cannot be empty')
    }
    if (flags.disablePrivateKeys && passphrase !== '') {
      throw walletError(
        'Passphrase provided but private keys are disabled. A passphrase is only used to encrypt private keys, so cannot be used for wallets with private keys disabled.',
      )
    }
    return this.#opened(name, async () => {
      const path = this.#path(name)
      if (this.#wallets.has(name) || (await exists(path))) {
        throw new RpcError(
          RPC_ERROR.walletAlreadyExists,
          `Wallet file verification failed. Failed to create database path '${path}'. Database already exists.`,
        )
      }
      await mkdir(path, { recursive: true, mode: 0o700 })
      const store = await this.#openStore(name)
      const { tip } = this.node.chain
      const ledger = { height: tip.height, recentBlocks: [tip.hash], records: [] }
      const created = await this.#start(name, store, { ...EMPTY_WALLET, flags, ledger })
      const { wallet } = created
      wallet.touch()
      const { entropy } = this.node
      if (passphrase !== '') wallet.ring.encrypt(passphrase, { entropy, cost: this.options.scryptCost })
      if (!flags.disablePrivateKeys && !flags.blank) addAccounts(wallet, entropy)
      created.lock()
      await created.save()
      return created
    })
  }

  /** Loads a wallet that is there. Errors as Bitcoin Core's `loadwallet`. */
  async load(name: string): Promise<NodeWallet> {
    if (this.#wallets.has(name)) {
      throw new RpcError(RPC_ERROR.walletAlreadyLoaded, `Wallet "${name}" is already loaded.`)
    }
    return this.#opened(name, async () => {
      const path = this.#path(name)
      await recoverFolder(path)
      if (!(await exists(path))) {
        throw new RpcError(
          RPC_ERROR.walletNotFound,
          `Wallet file verification failed. Failed to load database path '${path}'. Path does not exist.`,
        )
      }
      if (!(await exists(join(path, STORE_FILE)))) {
        throw this.notRecognized(name)
      }
      const store = await this.#openStore(name)
      try {
        return await this.#start(name, store, await this.#read(name, await store.rows()))
      } catch (error) {
        this.#wallets.delete(name)
        await store.close()
        throw error
      }
    })
  }

  #read(name: string, rows: readonly Row[]): Promise<DescriptorWalletContents> {
    const contents = decodeWallet(rows, this.node.network)
    if (contents.ok) return Promise.resolve(contents.value)
    return Promise.reject(walletError(`Wallet loading failed. Error reading ${name}: ${contents.error.message}`))
  }

  /** Makes a wallet of the rows of a backup, and loads it. Errors as Bitcoin Core's `restorewallet`. */
  async restore(name: string, rows: readonly Row[]): Promise<NodeWallet> {
    const path = this.#path(name)
    if (await exists(path)) {
      throw new RpcError(RPC_ERROR.walletAlreadyExists, `Failed to restore wallet. Database file exists in '${path}'.`)
    }
    await this.#read(name, rows)
    await mkdir(path, { recursive: true, mode: 0o700 })
    const store = await this.#openStore(name)
    try {
      await store.import(rows)
    } catch (error) {
      await rm(path, { recursive: true, force: true })
      throw error
    } finally {
      await store.close()
    }
    return this.load(name)
  }

  async unload(wallet: NodeWallet): Promise<void> {
    this.#wallets.delete(wallet.name)
    await wallet.close()
  }

  /** Notes whether a wallet is to be loaded at the next start; undefined leaves that as it is. */
  async setStartup(name: string, load: boolean | undefined): Promise<void> {
    if (load !== undefined) await this.#startup?.set(name, load)
  }

  /** Unloads everything; wallets are on disk already. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    for (const wallet of this.loaded()) await this.unload(wallet)
  }
}

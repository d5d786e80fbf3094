import { copyFile, mkdir, rm } from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname } from 'node:path'
import { createLocator } from '@ply/chain'
import type { Layer1Node } from '@ply/layer1-node'
import type { BlockHash } from '@ply/primitives'
import {
  addAccounts,
  DescriptorWallet,
  type DescriptorWalletContents,
  EMPTY_WALLET,
  type WalletFlags,
} from '@ply/wallet'
import { NodeWallet } from './nodeWallet.ts'
import { addSignerDescriptors, readSignerDescriptors } from './signer/signerDescriptors.ts'
import { Signers } from './signer/signers.ts'
import { createPoolView } from './spend/poolView.ts'
import { checkLoadable, openWalletFile } from './storage/openWalletFile.ts'
import { clientVersionOf, decodeWallet, encodeSettings, ROWS } from './storage/walletCodec.ts'
import { WalletFile } from './storage/walletFile.ts'
import { exists, findWalletPath, listWalletNames, type WalletPath } from './storage/walletPath.ts'
import { WalletStore } from './storage/walletStore.ts'
import type { TransactionNotice } from './transactionNotices.ts'
import { WalletOpenError } from './walletOpenError.ts'
import { DEFAULT_WALLET_OPTIONS, type WalletOptions } from './walletOptions.ts'

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
  /** What signs for wallets whose keys are elsewhere; without, nothing does. */
  readonly signers?: Signers
  /** Hears of the transactions of all wallets: when they come, and when they get into a block or out of one. */
  transactionChanged?(notice: TransactionNotice): void
}

/** Milliseconds between two looks at whether a wallet has something to send again. */
const RESEND_INTERVAL = 60_000

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
  readonly signers: Signers
  readonly #startup: StartupWallets | undefined
  readonly #transactionChanged: ((notice: TransactionNotice) => void) | undefined
  readonly #wallets = new Map<string, NodeWallet>()
  readonly #unsubscribe: (() => void)[]
  #cancelResend: () => void = () => undefined
  /** Names that are being opened. */
  readonly #opening = new Set<string>()

  constructor({ node, directory, options, startup, signers, ...listener }: WalletHostOptions) {
    this.node = node
    this.directory = directory
    this.#startup = startup
    this.#transactionChanged = listener.transactionChanged?.bind(listener)
    this.signers = signers ?? new Signers({ chain: node.network.name })
    const fallbackFee = node.network.name === 'regtest' ? 20_000n : 0n
    this.options = { ...DEFAULT_WALLET_OPTIONS, fallbackFee, ...options }
    this.#unsubscribe = [
      node.chain.subscribe({
        blockConnected: (connected) => this.#each((wallet) => wallet.blockConnected(connected)),
        blockDisconnected: (disconnected) => this.#each((wallet) => wallet.blockDisconnected(disconnected)),
        coinsAdopted: (tip) => {
          for (const wallet of this.#wallets.values()) wallet.coinsAdopted(tip)
        },
      }),
      node.mempool.subscribe({
        added: ({ tx }) => {
          for (const wallet of this.#wallets.values()) wallet.transactionAdded(tx)
        },
        removed: ({ tx }, reason) => {
          if (reason === 'conflict') for (const wallet of this.#wallets.values()) wallet.notices?.ruledOut(tx)
        },
      }),
    ]
    this.#scheduleResend()
  }

  #scheduleResend(): void {
    this.#cancelResend = this.node.clock.schedule(RESEND_INTERVAL, () => {
      this.#scheduleResend()
      void this.#each((wallet) => wallet.resubmission.ifDue())
    })
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

  /** Where the wallet of a name lies, or would. */
  async #path(name: string): Promise<WalletPath> {
    const found = await findWalletPath(this.directory, name)
    if (typeof found === 'string') throw new WalletOpenError('verification', found)
    return found
  }

  /** Names of the wallets in the folder, loaded or not. */
  stored(): Promise<string[]> {
    const { logger } = this.node
    return listWalletNames(this.directory, (path, error) => {
      const reason = `${error instanceof Error ? error.message : String(error)} [${path}]`
      if (path === this.directory) logger.log('warn', `Error scanning directory entries under ${reason}`)
      else logger.log('warn', `Error while scanning wallet dir item: ${reason}.`)
    })
  }

  #environment() {
    const { node, options } = this
    return {
      network: node.network,
      keypool: options.keypool,
      now: () => Math.floor(node.clock.now() / 1000),
      locator: (hash: BlockHash) => {
        const found = node.chain.find(hash)
        return found && createLocator(found)
      },
      pool: createPoolView(node.mempool, options),
      spendUnconfirmed: options.spendZeroConfChange,
    }
  }

  /** Runs `task` while nobody else opens a wallet of that name. */
  async #opened<T>(name: string, task: () => Promise<T>): Promise<T> {
    if (this.#opening.has(name)) throw new WalletOpenError('plain', 'Wallet already loading.')
    this.#opening.add(name)
    try {
      return await task()
    } finally {
      this.#opening.delete(name)
    }
  }

  async #start(name: string, file: WalletFile, contents: DescriptorWalletContents): Promise<NodeWallet> {
    const wallet = new DescriptorWallet(contents, this.#environment())
    const store = new WalletStore(file)
    store.loaded(wallet)
    const loaded = new NodeWallet({
      name,
      wallet,
      store,
      node: this.node,
      options: this.options,
      signers: this.signers,
      transactionChanged: this.#transactionChanged,
    })
    await loaded.catchUp()
    // A block may come between the last look at the chain and here: the listener is there from now on.
    this.#wallets.set(name, loaded)
    await loaded.catchUp()
    await loaded.resubmission.all()
    return loaded
  }

  /** Makes and loads a wallet. Errors as Bitcoin Core's `createwallet`. */
  async create(name: string, { flags, passphrase }: NewWallet): Promise<NodeWallet> {
    if (name === '') throw new WalletOpenError('unnamed', 'Wallet name cannot be empty')
    if (flags.externalSigner && !flags.disablePrivateKeys) {
      throw new WalletOpenError('plain', 'Private keys must be disabled when using an external signer')
    }
    if (flags.disablePrivateKeys && passphrase !== '') {
      throw new WalletOpenError(
        'plain',
        'Passphrase provided but private keys are disabled. A passphrase is only used to encrypt private keys, so cannot be used for wallets with private keys disabled.',
      )
    }
    return this.#opened(name, async () => {
      const place = await this.#path(name)
      if (await exists(place.file)) {
        const message = `Failed to create database path '${place.path}'. Database already exists.`
        throw new WalletOpenError('verification', message)
      }
      const { entropy, chain, network } = this.node
      // Whoever does not answer leaves nothing behind.
      const outside = flags.externalSigner ? await readSignerDescriptors(await this.signers.need(), network) : []
      const ledger = { height: chain.tip.height, recentBlocks: [chain.tip.hash], records: [] }
      const contents = { ...EMPTY_WALLET, flags, ledger }
      // Nothing is on disk before the keys are sealed.
      const blank = new DescriptorWallet(contents, this.#environment())
      if (passphrase !== '') blank.ring.encrypt(passphrase, { entropy, cost: this.options.scryptCost })
      const secrets = blank.ring.saved()
      const file = await openWalletFile(place, async () => {
        await mkdir(place.path, { recursive: true, mode: 0o700 })
        return WalletFile.create(place.file, [[ROWS.settings, encodeSettings(blank)]])
      })
      const created = await this.#start(name, file, { ...contents, secrets })
      if (!flags.disablePrivateKeys && !flags.blank) {
        if (passphrase !== '') created.unlock(passphrase, 0)
        addAccounts(created.wallet, entropy)
      }
      addSignerDescriptors(created.wallet, outside)
      created.lock()
      await created.save()
      return created
    })
  }

  /** Loads a wallet that is there. Errors as Bitcoin Core's `loadwallet`. */
  async load(name: string): Promise<NodeWallet> {
    if (this.#wallets.has(name)) throw new WalletOpenError('loaded', `Wallet "${name}" is already loaded.`)
    return this.#opened(name, async () => {
      const place = await this.#path(name)
      await checkLoadable(place)
      const file = await openWalletFile(place, () => WalletFile.open(place.file))
      try {
        return await this.#start(name, file, await this.#read(name, file))
      } catch (error) {
        this.#wallets.delete(name)
        await file.close()
        throw error
      }
    })
  }

  async #read(name: string, file: WalletFile): Promise<DescriptorWalletContents> {
    const rows = await file.rows()
    const contents = decodeWallet(rows, this.node.network)
    if (contents.ok) {
      this.node.logger.log('info', `[${name}] Last client version = ${clientVersionOf(rows) ?? 'unknown'}`)
      return contents.value
    }
    const { code, message } = contents.error
    if (code === 'other-network') throw new WalletOpenError('missing', message)
    throw new WalletOpenError('loading', `Error reading ${name}: ${message}`)
  }

  /** Makes a wallet of a backup, and loads it. Errors as Bitcoin Core's `restorewallet`. */
  async restore(name: string, backup: string): Promise<NodeWallet> {
    if (name === '') throw new WalletOpenError('unnamed', 'Wallet name cannot be empty')
    const { path, file } = await this.#path(name)
    if (!(await exists(backup))) throw new WalletOpenError('unnamed', 'Backup file does not exist')
    if (await exists(file)) {
      const where = file === path ? `exists '${path}'` : `exists in '${file}'`
      throw new WalletOpenError('exists', `Failed to restore wallet. Database file ${where}.`)
    }
    const isNewFolder = !(await exists(dirname(file)))
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await copyFile(backup, file, constants.COPYFILE_EXCL)
      return await this.load(name)
    } catch (error) {
      await rm(isNewFolder ? dirname(file) : file, { recursive: true, force: true })
      throw error
    }
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
    this.#cancelResend()
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    for (const wallet of this.loaded()) await this.unload(wallet)
  }
}

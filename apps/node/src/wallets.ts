import { mkdir, readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Layer1Node } from '@ply/layer1-node'
import type { DescribedMethod } from '@ply/rpc'
import { writeFileAtomic } from '@ply/runtime'
import {
  createWalletMethods,
  type Signers,
  type TransactionNotice,
  type StartupWallets,
  WalletHost,
  WalletOpenError,
  type WalletOptions,
} from '@ply/wallet-node'
import { OptionError } from './bitcoind/optionError.ts'
import type { Settings } from './bitcoind/settings.ts'
import { readWalletOptions } from './bitcoind/walletOptions.ts'

const SETTINGS_FILE = 'settings.json'

/** Notes in bitcoind's settings.json which wallets are to be loaded at every start. */
function createStartupList(folder: string, implied: readonly string[]): StartupWallets {
  const path = join(folder, SETTINGS_FILE)
  return {
    set: async (name, load) => {
      const text = await readFile(path, 'utf8').catch(() => '{}')
      const settings = JSON.parse(text) as Record<string, unknown>
      const known = Array.isArray(settings['wallet']) ? (settings['wallet'] as readonly unknown[]) : implied
      if (!load && !known.includes(name)) return
      const others = known.filter((each) => each !== name)
      const wallet = load ? [...others, name] : others
      await writeFileAtomic(path, `${JSON.stringify({ ...settings, wallet }, null, 4)}\n`)
    },
  }
}

/** The wallets to load at the start: those of the options, and those of settings.json where nobody read that yet. */
async function startupNames(folder: string, directory: string, settings: Settings | undefined): Promise<string[]> {
  if (settings) {
    // A wallet without a name is loaded where nobody says otherwise: early versions made only that.
    if (!settings.isGiven('wallet')) return (await holdsUnnamed(directory)) ? [''] : []
    const names = settings.list('wallet')
    const repeated = names.filter((name, place) => names.indexOf(name) < place)
    for (const name of repeated) warn(`Ignoring duplicate -wallet ${name}.`)
    return [...new Set(names)]
  }
  const text = await readFile(join(folder, SETTINGS_FILE), 'utf8').catch(() => '{}')
  const { wallet } = JSON.parse(text) as { readonly wallet?: unknown }
  return Array.isArray(wallet) ? wallet.filter((name): name is string => typeof name === 'string') : []
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

const warn = (message: string): void => void process.stderr.write(`Warning: ${message}\n`)

/** Satoshi per 1000 vbytes from which on a fee is one that nobody wants by mistake. */
const HIGH_FEE_RATE = 1_000_000n

function warnOfOptions(settings: Settings, { fallbackFee = 0n }: Partial<WalletOptions>): void {
  if (settings.isSet('walletrbf')) warn('-walletrbf is deprecated and will be fully removed in the next release.')
  if (fallbackFee <= HIGH_FEE_RATE) return
  warn('-fallbackfee is set very high! This is the transaction fee you may pay when fee estimates are not available.')
}

const holdsUnnamed = (directory: string): Promise<boolean> =>
  stat(join(directory, 'wallet.dat')).then(
    (found) => found.isFile(),
    () => false,
  )

/** The folder that -walletdir names; without, the one of a new data folder, or in old ones the data folder itself. */
async function walletFolder(root: string, settings: Settings | undefined): Promise<string> {
  const chosen = settings?.text('walletdir')
  const usual = join(root, 'wallets')
  if (chosen === undefined) return !settings || (await isFolder(usual)) ? usual : root
  const found = await realpath(chosen).catch(() => undefined)
  if (found === undefined) throw new OptionError(`Specified -walletdir "${chosen}" does not exist`)
  if (!(await isFolder(found))) throw new OptionError(`Specified -walletdir "${chosen}" is not a directory`)
  if (!isAbsolute(chosen)) throw new OptionError(`Specified -walletdir "${chosen}" is a relative path`)
  return found
}

export interface WalletsPlace {
  /** The network's folder. */
  readonly root: string
  readonly settings: Settings | undefined
  readonly signers: Signers
  /** Hears of the wallets' transactions. */
  transactionChanged?(notice: TransactionNotice): void
}

/** The wallets of a plyd, unless they were switched off. */
export class Wallets {
  readonly methods: readonly DescribedMethod[]
  readonly #host: WalletHost

  private constructor(host: WalletHost) {
    this.#host = host
    this.methods = createWalletMethods(host)
  }

  /** Makes the folder of wallets and loads those that are to be. */
  static async start(
    node: Layer1Node,
    { root, settings, signers, ...listener }: WalletsPlace,
  ): Promise<Wallets | undefined> {
    if (settings?.flag('disablewallet', false)) return undefined
    const directory = await walletFolder(root, settings)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const options = settings && readWalletOptions(settings)
    if (settings && options) warnOfOptions(settings, options)
    const names = await startupNames(root, directory, settings)
    // What was loaded though nobody asked for it is kept in the list once somebody writes one.
    const startup = createStartupList(root, settings?.isGiven('wallet') ? [] : names)
    const host = new WalletHost({ node, directory, startup, signers, ...listener, ...(options && { options }) })
    const wallets = new Wallets(host)
    try {
      for (const name of names) await wallets.#load(name)
    } catch (error) {
      await host.stop()
      throw error
    }
    return wallets
  }

  /** Loads a wallet at the start: one that is not there is no reason to end. */
  async #load(name: string): Promise<void> {
    const { node } = this.#host
    try {
      await this.#host.load(name)
    } catch (error) {
      const reason = error instanceof WalletOpenError ? error.reason : String(error)
      if (!(error instanceof WalletOpenError && error.failure === 'missing')) throw new OptionError(reason)
      node.logger.log('warn', `Skipping -wallet path that doesn't exist. ${reason}`)
    }
  }

  stop(): Promise<void> {
    return this.#host.stop()
  }
}

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createLayer1Methods,
  dataFolder,
  defaultDataDirectory,
  Layer1Node,
  logTask,
  type ProcessControl,
  type ReportProgress,
  zmqMethods,
} from '@ply/layer1-node'
import { formatHostAndPort, type I2pRouter } from '@ply/net'
import type { Transport } from '@ply/ports'
import {
  createRpcTable,
  type Credentials,
  param,
  removeCookie,
  RPC_ERROR,
  RpcError,
  type DescribedMethod,
  errorCase,
  type RpcServer,
  type RpcTable,
  schema,
  startRpcServer,
  stringifyJson,
} from '@ply/rpc'
import {
  boundHeapGrowth,
  DEPRECATED_LOG_CATEGORIES,
  LOG_CATEGORIES,
  chooseCryptoProvider,
  type LogFile,
  SystemClock,
  systemEntropy,
  writeFileAtomic,
} from '@ply/runtime'
import { createSignerMethods, Signers } from '@ply/wallet-node'
import { type Account, deriveAccounts, fundAccounts } from './accounts.ts'
import type { LightningEntry, LightningHost } from './lightning.ts'
import { bitcoindNodeOptions } from './bitcoind/nodeOptions.ts'
import { Notifier } from './notify.ts'
import { openLog } from './openLog.ts'
import { openTransport } from './openTransport.ts'
import { Services } from './services/services.ts'
import { LIGHTNING_NAME, type PlydOptions, VERSION } from './options.ts'
import { createCookie, readRpcAccess } from './rpcAccess.ts'
import { Wallets } from './wallets.ts'

/** Where a running plyd is to be found. */
export interface PlydAddresses {
  readonly rpc: string
  /** Path of the cookie file. */
  readonly cookie: string
  /** `host:port` for peers; null if none are accepted. */
  readonly p2p: string | null
  /** Undefined where it is off. */
  readonly esplora: string | undefined
  readonly lightning: readonly LightningEntry[]
}

export interface PlydHooks {
  /** A `stop` call came in. */
  stopRequested(): void
  /** The node cannot go on; nothing more was written. */
  failed(error: unknown): void
  /** How far the node is with what takes long. */
  readonly progress?: ReportProgress
}

/** Who expects a bitcoind in our place is not shown what it does not list, or has not. */
const AS_BITCOIND = { unlisted: ['Development', 'Generating'], own: ['Playground', 'Lightning'] }
const MINING_METHODS = new Set(['generatetoaddress', 'generatetodescriptor', 'generateblock', 'reorg'])

/** Calls are answered on this machine's own address, unless it was said who else may call. */
const LIGHTNING_ENTRY = schema.record({
  name: schema.text(),
  id: schema.hex('Node id.'),
  address: schema.text('host:port'),
})

const isAlive = (pid: number): boolean => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A whole plyd: a Layer 1 node, its RPC server, and Lightning nodes as asked for. */
export class Plyd {
  readonly options: PlydOptions
  readonly directory: string
  readonly logger: LogFile
  readonly #hooks: PlydHooks
  readonly #cleanups: (() => Promise<void>)[] = []
  readonly #transport: Transport
  readonly #i2p: I2pRouter | undefined
  readonly #clock = new SystemClock()
  readonly #services: Services
  #table: RpcTable = createRpcTable([])
  #warmup: string | undefined = 'RPC server started'
  #server: RpcServer | undefined
  #node: Layer1Node | undefined
  #lightning: LightningHost | undefined
  readonly #notifier: Notifier | undefined
  #stopping: Promise<void> | undefined
  /** The accounts that were funded, on a chain that was made for this run. */
  accounts: readonly Account[] = []

  private constructor(options: PlydOptions, directory: string, hooks: PlydHooks) {
    this.options = options
    this.directory = directory
    this.#hooks = hooks
    this.#services = new Services(options.services)
    this.logger = openLog(options, directory, this.#clock)
    const { transport, i2p } = openTransport(options, directory, this.logger)
    this.#transport = transport
    this.#i2p = i2p
    this.#notifier = options.bitcoind && new Notifier(options.bitcoind.notify, this.logger)
  }

  static async start(options: PlydOptions, hooks: PlydHooks): Promise<Plyd> {
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'plyd-')))
    await mkdir(dataFolder(directory, options.network.name).root, { recursive: true })
    const plyd = new Plyd(options, directory, hooks)
    if (options.directory === undefined) {
      plyd.#cleanups.push(() => rm(directory, { recursive: true, force: true }))
    }
    plyd.#cleanups.push(async () => plyd.logger.close())
    try {
      await plyd.#open()
    } catch (error) {
      plyd.logger.log('error', 'start failed', { error })
      await plyd.stop()
      throw error
    }
    return plyd
  }

  get node(): Layer1Node {
    if (!this.#node) throw new Error('plyd is not running')
    return this.#node
  }

  async #open(): Promise<void> {
    const { options, logger } = this
    const { network, bitcoind } = options
    const folder = dataFolder(this.directory, network.name)
    logger.log('info', `plyd version ${VERSION}`, { network: network.name, node: process.version })
    logger.log('info', `Using data directory ${folder.root}`)
    for (const note of bitcoind?.notes ?? []) logger.log('info', note)
    for (const warning of bitcoind?.warnings ?? []) logger.log('warn', warning)
    if (bitcoind?.mockTime !== undefined) this.#clock.setMockTime(bitcoind.mockTime * 1000)
    logTask(logger, 'scheduler')
    boundHeapGrowth()
    chooseCryptoProvider({ logger })
    const node = await Layer1Node.start({
      network,
      directory: this.directory,
      clock: this.#clock,
      entropy: systemEntropy,
      logger,
      transport: this.#transport,
      ...(this.#i2p && { i2p: this.#i2p }),
      ...(options.listen && { listen: [formatHostAndPort({ host: options.bind, port: options.port })] }),
      connect: options.connect,
      ...(options.txIndex !== undefined && { txIndex: options.txIndex }),
      ...(options.prune !== undefined && { prune: options.prune }),
      ...(options.reindex && { reindex: options.reindex }),
      ...(bitcoind && bitcoindNodeOptions(bitcoind)),
      locked: () => this.#locked(),
      starting: (words) => this.#tellStage(words),
      alert: (text) => this.#notifier?.alert(text),
      stopRequested: this.#hooks.stopRequested,
      failed: this.#hooks.failed,
      ...(this.#hooks.progress && { progress: this.#hooks.progress }),
    })
    this.#node = node
    this.#cleanups.push(() => node.stop())
    const accounts = deriveAccounts(options.mnemonic, options.accounts, network)
    if (await fundAccounts(node, accounts)) this.accounts = accounts
    await this.#startLightning(folder.lightning)
    node.automine.set(options.automine)
    const settings = bitcoind?.settings
    const signers = new Signers({ command: settings?.text('signer'), chain: network.name })
    const wallets = await Wallets.start(node, {
      root: folder.root,
      settings,
      signers,
      ...(bitcoind?.notify.wallet !== undefined && {
        transactionChanged: (notice) => this.#notifier?.walletTransaction(notice),
      }),
    })
    if (wallets) this.#cleanups.push(() => wallets.stop())
    const methods = [
      ...createLayer1Methods(node, this.#control()).map((method) => this.#awaited(method)),
      ...zmqMethods(() => this.#services.notifications),
      ...this.#lightningMethods(),
      ...(wallets?.methods ?? []),
      ...createSignerMethods(signers),
    ]
    const checkResults = bitcoind?.settings.flag('rpcdoccheck', false) ?? false
    this.#table = createRpcTable(methods, { ...(bitcoind && AS_BITCOIND), checkResults })
    await this.#services.start({ node, table: this.#table, transport: this.#transport })
    this.#cleanups.push(() => this.#services.stop())
    // Calls under way may wait for somebody to press a button.
    this.#cleanups.push(async () => signers.stop())
    this.#warmup = undefined
    await this.#services.startEsplora({ node, table: this.#table })
    if (options.configOut !== undefined) {
      await writeFileAtomic(options.configOut, stringifyJson({ ...this.#config() }, 2) + '\n', 0o600)
    }
    this.#notifier?.started(node)
    logger.log('info', 'init message: Done loading')
    logger.log('info', 'plyd is ready', { rpc: this.#server?.url })
  }

  /** Callers who come too early hear it too. */
  #tellStage(words: string): void {
    this.#warmup = words
    this.logger.log('info', `init message: ${words}`)
  }

  /** The data directory is ours: only who holds it may write there. Callers hear that it takes a moment. */
  async #locked(): Promise<void> {
    const { bitcoind, network } = this.options
    const folder = dataFolder(this.directory, network.name)
    const pidFile = bitcoind ? bitcoind.pidFile : folder.pid
    if (pidFile !== undefined) {
      await writeFile(pidFile, `${process.pid}\n`)
      this.#cleanups.push(() => rm(pidFile, { force: true }))
    }
    if (bitcoind?.rpc.enabled !== false) await this.#serve(folder.cookie)
  }

  async #serve(usualCookie: string): Promise<void> {
    const { options, logger } = this
    const access = readRpcAccess(options, logger)
    const cookie = await createCookie(options, usualCookie, logger)
    if (cookie) this.#cleanups.push(() => removeCookie(cookie.path, cookie.credentials))
    logger.log('info', 'Starting HTTP server')
    const server = await startRpcServer({
      ...access,
      credentials: [...(cookie ? [cookie.credentials] : []), ...access.credentials],
      route: (path) => this.#route(path),
      openRoutes: this.#services.openRoutes(),
      warmup: () => this.#warmup,
      logger: logger.child('rpc'),
    })
    this.#server = server
    if (cookie) await this.#shareCookie(cookie.credentials)
  }

  /** A playground on the usual port is found by clients that look in the usual folder. */
  async #shareCookie(cookie: Credentials): Promise<void> {
    const { user, password } = cookie
    const { network, rpcPort, directory } = this.options
    if (directory !== undefined || rpcPort !== network.rpcPort) return
    const usual = dataFolder(defaultDataDirectory(), network.name)
    const owner = Number(await readFile(usual.pid, 'utf8').catch(() => '0'))
    if (isAlive(owner)) return
    await mkdir(usual.root, { recursive: true })
    await writeFileAtomic(usual.cookie, `${user}:${password}`, 0o600)
    this.#cleanups.push(() => removeCookie(usual.cookie, cookie))
  }

  #route(path: string): RpcTable | undefined {
    // The methods of wallets see in the path which wallet is meant.
    if (path === '/' || path.startsWith('/wallet/')) return this.#table
    const name = /^\/lightning\/([^/]+)$/.exec(path)?.[1]
    return name === undefined ? undefined : this.#lightning?.table(name)
  }

  async #startLightning(folder: string): Promise<void> {
    // Nodes that have data here must not stay silent: their channels may be open.
    const stored = (await readdir(folder).catch(() => [])).filter((name) => LIGHTNING_NAME.test(name)).sort()
    const names = [...new Set([...this.options.lightning, ...stored])]
    for (const name of names) await (await this.#host()).start(name)
  }

  /** Lightning's code is loaded when the first node is asked for. */
  async #host(): Promise<LightningHost> {
    if (this.#lightning) return this.#lightning
    const { LightningHost } = await import('./lightning.ts')
    const host = new LightningHost({
      layer1: this.node,
      transport: this.#transport,
      firstPort: this.options.lightningPort,
    })
    this.#lightning ??= host
    this.#cleanups.push(() => host.stop())
    return this.#lightning
  }

  /** Who mines sees Lightning nodes that have seen the blocks: sweeps and timeouts go into the next ones. */
  #awaited(method: DescribedMethod): DescribedMethod {
    if (!MINING_METHODS.has(method.name)) return method
    return {
      ...method,
      handler: async (args, context) => {
        const result = await method.handler(args, context)
        await this.#lightning?.caughtUp()
        return result
      },
    }
  }

  #control(): ProcessControl {
    const { bitcoind, network } = this.options
    return {
      stop: () => this.#hooks.stopRequested(),
      activeCalls: () => this.#table.active(),
      logCategories: {
        all: LOG_CATEGORIES,
        deprecated: DEPRECATED_LOG_CATEGORIES,
        active: this.logger.categories,
        set: (category, on) => this.logger.setCategory(category, on),
      },
      logPath: bitcoind ? bitcoind.log.file : dataFolder(this.directory, network.name).debugLog,
    }
  }

  #lightningMethods(): DescribedMethod[] {
    return [
      {
        name: 'listlightning',
        group: 'Lightning',
        help: 'The Lightning nodes that run here. Each answers at the path /lightning/<name>.',
        params: [],
        result: schema.list(LIGHTNING_ENTRY),
        errors: [],
        handler: () => (this.#lightning?.list() ?? []).map((entry) => ({ ...entry })),
      },
      {
        name: 'startlightning',
        group: 'Lightning',
        help: 'Starts a Lightning node, a new one if there is none of the name.',
        params: [param('name', 'string', 'Letters, digits, - and _.')],
        result: LIGHTNING_ENTRY,
        errors: [errorCase('invalidParameter', 'name must be 1 to 32 letters, digits, - or _')],
        handler: async (args) => {
          const name = args.string('name')
          if (!LIGHTNING_NAME.test(name)) {
            throw new RpcError(RPC_ERROR.invalidParameter, 'name must be 1 to 32 letters, digits, - or _')
          }
          return { ...(await (await this.#host()).start(name)) }
        },
      },
    ]
  }

  addresses(): PlydAddresses {
    return {
      rpc: this.#server?.url ?? '',
      cookie: dataFolder(this.directory, this.options.network.name).cookie,
      p2p: this.#node?.peers.listening ?? null,
      esplora: this.#services.esploraUrl,
      lightning: this.#lightning?.list() ?? [],
    }
  }

  #config() {
    const { rpc, cookie, p2p, esplora, lightning } = this.addresses()
    return {
      rpc,
      cookie,
      p2p,
      esplora,
      lightning: lightning.map((entry) => ({ ...entry })),
      network: this.options.network.name,
      datadir: this.directory,
      pid: process.pid,
      accounts: this.accounts.map(({ address, wif }) => ({ address, wif })),
    }
  }

  /** Stops everything in the order opposite to that of starting. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      await this.#notifier?.stopping()
      // First nobody asks for anything any more.
      this.#node?.interrupt()
      await this.#server?.close()
      for (const cleanup of this.#cleanups.splice(0).reverse()) {
        await cleanup().catch((error: unknown) => this.logger.log('error', 'while stopping', { error }))
      }
    })()
    return this.#stopping
  }
}

import { parseArgs } from 'node:util'
import { err, ok, type Result } from '@ply/bytes'
import type { AutominePolicy, PruneTarget, ReindexScope } from '@ply/layer1-node'
import { formatHostAndPort, parseHostAndPort } from '@ply/net'
import { type NetworkName, type NetworkParameters, NETWORKS } from '@ply/primitives'
import { type BitcoindOptions, readBitcoindOptions } from './bitcoind/bitcoindOptions.ts'
import { bitcoindHelp, infoRequested, isBitcoindStyle } from './bitcoind/commandLine.ts'
import {
  DEFAULT_ESPLORA_PORT,
  type EsploraSetting,
  readEsploraAddress,
  readZmqNotifications,
  type ServiceOptions,
} from './services/serviceOptions.ts'

/** The dev mnemonic that every tool of the kind uses. Its keys are known to everyone. */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk'

export interface PlydOptions {
  readonly network: NetworkParameters
  /** Undefined: a fresh regtest chain in a temporary folder, gone with the process. */
  readonly directory: string | undefined
  readonly rpcPort: number
  readonly rpcUser: string | undefined
  readonly rpcPassword: string | undefined
  /** Origins of web pages that may call. */
  readonly rpcOrigins: readonly string[]
  readonly bind: string
  readonly port: number
  readonly listen: boolean
  readonly connect: readonly string[]
  readonly lightning: readonly string[]
  readonly lightningPort: number
  readonly automine: AutominePolicy
  readonly accounts: number
  readonly mnemonic: string
  readonly debug: readonly string[]
  readonly configOut: string | undefined
  readonly txIndex: boolean | undefined
  readonly reindex: ReindexScope | undefined
  readonly prune: PruneTarget | undefined
  readonly services: ServiceOptions
  /** What bitcoind's options say, where plyd was started with them: it is as quiet as bitcoind then. */
  readonly bitcoind: BitcoindOptions | undefined
}

export type Parsed =
  { readonly type: 'run'; readonly options: PlydOptions } | { readonly type: 'help' | 'version'; readonly text: string }

export const VERSION = '0.1.0'

const FLAGS = {
  datadir: { type: 'string', short: 'd' },
  network: { type: 'string' },
  rpcport: { type: 'string' },
  rpcuser: { type: 'string' },
  rpcpassword: { type: 'string' },
  rpccors: { type: 'string', multiple: true },
  bind: { type: 'string' },
  port: { type: 'string' },
  nolisten: { type: 'boolean' },
  connect: { type: 'string', multiple: true },
  addnode: { type: 'string', multiple: true },
  ln: { type: 'string', multiple: true },
  'ln-port': { type: 'string' },
  automine: { type: 'string' },
  accounts: { type: 'string' },
  mnemonic: { type: 'string' },
  debug: { type: 'string', multiple: true },
  'config-out': { type: 'string' },
  txindex: { type: 'boolean' },
  prune: { type: 'string' },
  reindex: { type: 'boolean' },
  'reindex-chainstate': { type: 'boolean' },
  esplora: { type: 'string' },
  'esplora-cors': { type: 'string' },
  rest: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const

export const LIGHTNING_NAME = /^[A-Za-z0-9_-]{1,32}$/
const DEFAULT_LIGHTNING_PORT = 9735
const MAX_ACCOUNTS = 100
/** MiB, as in Bitcoin Core: room for 288 full blocks and what comes before the next look. */
const MIN_PRUNE_TARGET = 550

class UsageError extends Error {}

function readNumber(text: string | undefined, name: string, otherwise: number, max: number): number {
  if (text === undefined) return otherwise
  if (!/^\d{1,9}$/.test(text) || Number(text) > max) throw new UsageError(`--${name} must be a number from 0 to ${max}`)
  return Number(text)
}

/** `host:port` of a peer, with the network's port where none is given. */
function readPeer(text: string, network: NetworkParameters): string {
  const peer = parseHostAndPort(text, network.defaultPort)
  if (!peer.ok) throw new UsageError(`--connect: ${peer.error}`)
  return formatHostAndPort(peer.value)
}

function readPrune(text: string | undefined): PruneTarget | undefined {
  const mebibytes = readNumber(text, 'prune', 0, 100_000_000)
  if (mebibytes === 0) return undefined
  if (mebibytes === 1) return 'manual'
  if (mebibytes < MIN_PRUNE_TARGET) throw new UsageError(`--prune must be at least ${MIN_PRUNE_TARGET} MiB`)
  return mebibytes * 2 ** 20
}

function readAutomine(text: string | undefined, ephemeral: boolean): AutominePolicy {
  if (text === undefined) return { type: ephemeral ? 'transaction' : 'off' }
  if (text === 'on' || text === 'tx') return { type: 'transaction' }
  if (text === 'off') return { type: 'off' }
  const [, poisson, seconds] = /^(poisson:)?(\d{1,5})s?$/.exec(text) ?? []
  if (!Number(seconds)) throw new UsageError('--automine must be on, off, seconds such as 10s, or poisson:10s')
  return { type: poisson ? 'poisson' : 'interval', ms: Number(seconds) * 1000 }
}

/** `off`, a port, or `host:port`. A playground has one where tools look for it, or nearby. */
function readEsplora(
  text: string | undefined,
  corsOrigin: string | undefined,
  ephemeral: boolean,
): EsploraSetting | undefined {
  if (text === 'off') return undefined
  if (text === undefined) {
    return ephemeral ? { host: '127.0.0.1', port: DEFAULT_ESPLORA_PORT, anyPort: true, corsOrigin } : undefined
  }
  const address = readEsploraAddress(text)
  if (!address) throw new UsageError('--esplora must be a port, host:port, or off')
  return { ...address, anyPort: false, corsOrigin }
}

function readOptions(args: readonly string[]): Parsed {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: true })
  if (values.help) return { type: 'help', text: HELP }
  if (values.version) return { type: 'version', text: `plyd ${VERSION}\n` }
  if (positionals.length > 0) throw new UsageError(`unexpected argument '${positionals[0]}'`)

  const name = values.network ?? 'regtest'
  if (!Object.hasOwn(NETWORKS, name)) {
    throw new UsageError(`--network must be one of ${Object.keys(NETWORKS).join(', ')}`)
  }
  const network = NETWORKS[name as NetworkName]
  const ephemeral = values.datadir === undefined
  if (ephemeral && name !== 'regtest') throw new UsageError(`--network ${name} needs a --datadir`)
  if ((values.rpcuser === undefined) !== (values.rpcpassword === undefined)) {
    throw new UsageError('--rpcuser and --rpcpassword go together')
  }
  const automine = readAutomine(values.automine, ephemeral)
  if (automine.type !== 'off' && name !== 'regtest') throw new UsageError('--automine is for regtest')
  const accounts = readNumber(values.accounts, 'accounts', ephemeral ? 10 : 0, MAX_ACCOUNTS)
  if (accounts > 0 && name !== 'regtest') throw new UsageError('--accounts is for regtest: they are funded by mining')
  const prune = readPrune(values.prune)
  if (prune !== undefined && values.txindex) throw new UsageError('--prune and --txindex exclude each other')
  if (prune !== undefined && values['reindex-chainstate']) {
    throw new UsageError('--prune and --reindex-chainstate exclude each other')
  }
  const esplora = readEsplora(values.esplora, values['esplora-cors'], ephemeral)
  if (esplora && prune !== undefined) throw new UsageError('--prune and --esplora exclude each other')
  const lightning = values.ln ?? []
  for (const node of lightning) {
    if (!LIGHTNING_NAME.test(node)) throw new UsageError(`--ln '${node}': a name has letters, digits, - and _`)
  }
  return {
    type: 'run',
    options: {
      network,
      directory: values.datadir,
      rpcPort: readNumber(values.rpcport, 'rpcport', network.rpcPort, 65535),
      rpcUser: values.rpcuser,
      rpcPassword: values.rpcpassword,
      rpcOrigins: values.rpccors ?? [],
      bind: values.bind ?? '127.0.0.1',
      port: readNumber(values.port, 'port', network.defaultPort, 65535),
      listen: values.nolisten !== true,
      connect: [...(values.connect ?? []), ...(values.addnode ?? [])].map((text) => readPeer(text, network)),
      lightning: [...new Set(lightning)],
      lightningPort: readNumber(values['ln-port'], 'ln-port', DEFAULT_LIGHTNING_PORT, 65535),
      automine,
      accounts,
      mnemonic: values.mnemonic ?? DEV_MNEMONIC,
      debug: values.debug ?? [],
      configOut: values['config-out'],
      txIndex: values.txindex ?? (esplora && !ephemeral ? true : undefined),
      prune,
      reindex: values.reindex ? 'blocks' : values['reindex-chainstate'] ? 'coins' : undefined,
      services: { rest: values.rest ?? ephemeral, metrics: true, esplora, zmq: [] },
      bitcoind: undefined,
    },
  }
}

/** plyd's own options among those of bitcoind, and what both have in common. */
function fromBitcoind(bitcoind: BitcoindOptions): PlydOptions {
  const { network, settings, rpc, peers, storage } = bitcoind
  const lightning = settings.list('ln')
  for (const name of lightning) {
    if (!LIGHTNING_NAME.test(name)) throw new UsageError(`-ln=${name}: a name has letters, digits, - and _`)
  }
  const automine = readAutomine(settings.text('automine'), false)
  if (automine.type !== 'off' && network.name !== 'regtest') throw new UsageError('-automine is for regtest')
  const accounts = readNumber(settings.text('accounts'), 'accounts', 0, MAX_ACCOUNTS)
  const esplora = readEsplora(settings.text('esplora'), settings.text('esplora-cors'), false)
  if (esplora && storage.prune !== undefined) throw new UsageError('-prune and -esplora exclude each other')
  if (accounts > 0 && network.name !== 'regtest') throw new UsageError('-accounts is for regtest')
  return {
    network,
    directory: bitcoind.directory,
    rpcPort: rpc.endpoints[0]?.port ?? network.rpcPort,
    rpcUser: rpc.user,
    rpcPassword: rpc.password,
    rpcOrigins: rpc.origins,
    bind: '127.0.0.1',
    port: network.defaultPort,
    listen: peers.listen.length > 0,
    connect: peers.connect,
    lightning: [...new Set(lightning)],
    lightningPort: readNumber(settings.text('ln-port'), 'ln-port', DEFAULT_LIGHTNING_PORT, 65535),
    automine,
    accounts,
    mnemonic: settings.text('mnemonic') ?? DEV_MNEMONIC,
    debug: [],
    configOut: settings.text('config-out'),
    txIndex: esplora ? true : storage.txIndex,
    prune: storage.prune,
    reindex: storage.reindex,
    services: {
      rest: rpc.rest,
      metrics: settings.flag('metrics', false),
      esplora,
      zmq: readZmqNotifications(
        (name) => settings.list(name),
        (name) => settings.integer(name),
      ),
    },
    bitcoind,
  }
}

function readBitcoind(args: readonly string[]): Result<Parsed, string> {
  const info = infoRequested(args)
  if (info === 'version') return ok({ type: 'version', text: `Ply daemon version v${VERSION} plyd\n` })
  if (info !== undefined) return ok({ type: 'help', text: `${BITCOIND_USAGE}${bitcoindHelp(info === 'help-debug')}` })
  const read = readBitcoindOptions(args, VERSION)
  return read.ok ? ok({ type: 'run', options: fromBitcoind(read.value) }) : read
}

/** Understands the command line, of plyd's kind or of bitcoind's. Violation: what is wrong with it, in words. */
export function parseOptions(args: readonly string[]): Result<Parsed, string> {
  try {
    if (isBitcoindStyle(args, new Set(Object.keys(FLAGS)))) return readBitcoind(args)
    return ok(readOptions(args))
  } catch (error) {
    if (error instanceof UsageError) return err(`${error.message}\nTry plyd --help`)
    // The words of node:util for unknown options and missing values.
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code.startsWith('ERR_PARSE_ARGS')) return err(`${(error as Error).message}\nTry plyd --help`)
    throw error
  }
}

const BITCOIND_USAGE = `plyd: a Bitcoin-compatible node, started with the options of bitcoind

Usage: plyd -name=value…
       plyd --help for plyd's own options

`

export const HELP = `plyd: a Bitcoin-compatible node, with Lightning nodes beside it

Usage: plyd [options]

Without --datadir: a fresh regtest chain in a temporary folder, with funded accounts,
where each transaction is mined at once.

  -d, --datadir DIR      keep everything in DIR/<network>
      --network NAME     regtest (default), signet, testnet4, main
      --ln NAME          run a Lightning node of this name; may be repeated
      --ln-port N        first port of the Lightning nodes (default 9735; 0: any free ones)
      --automine WHEN    on (each transaction), off, every 10s, or poisson:10s on average
      --accounts N       funded accounts of a fresh regtest chain (default 10 without --datadir)
      --mnemonic WORDS   whose accounts those are (default: ${DEV_MNEMONIC})

      --rpcport N        port of the JSON-RPC server on 127.0.0.1 (0: any free one)
      --rpcuser USER     let USER in besides the cookie, with --rpcpassword
      --rpccors ORIGIN   let web pages of this origin call, also over WebSocket; may be repeated
      --bind HOST        address to accept peers on (default 127.0.0.1)
      --port N           port to accept peers on (0: any free one)
      --nolisten         accept no peers
      --connect H:P      stay connected to a peer; may be repeated (also --addnode)
      --esplora PORT     Esplora's REST API, also H:P; off by default with --datadir, on 3002 without
      --esplora-cors O   let web pages of origin O ask it (* for all)
      --rest             Bitcoin Core's REST API on the RPC port (on without --datadir)
      --txindex          index all transactions (always done on regtest)
      --prune N          delete old blocks beyond N MiB (at least 550; 1: only by pruneblockchain)
      --reindex          build the block index and the coins anew from the blk files
      --reindex-chainstate
                         build the coins anew from the blocks

      --debug CATEGORY   more lines in debug.log: net, mempool, validation, ln, all
      --config-out FILE  write addresses and paths as JSON when ready
  -h, --help
  -v, --version

Started with bitcoind's options (-regtest -datadir=DIR …), it behaves as bitcoind does: plyd -help

Examples:
  plyd                                         a playground
  plyd --datadir ~/.plyd --ln alice --ln bob   a chain that stays, with two Lightning nodes
  plyd -d /tmp/b --rpcport 0 --port 0 --connect 127.0.0.1:18444
`

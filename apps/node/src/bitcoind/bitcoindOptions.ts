import { resolve } from 'node:path'
import { bytesToHex, err, ok, type Result } from '@ply/bytes'
import { dataFolder, type MempoolOptions, type MiningOptions, type VerificationSettings } from '@ply/layer1-node'
import type { NetworkParameters } from '@ply/primitives'
import { readNetwork } from './chainOptions.ts'
import { type LogSettings, readLogSettings } from './logOptions.ts'
import { readMempoolOptions } from './mempoolOptions.ts'
import { readMiningOptions } from './miningOptions.ts'
import { OptionError } from './optionError.ts'
import { type PeerSettings, readPeerSettings } from './peerOptions.ts'
import { readSettings, type ReadSettings } from './readSettings.ts'
import { readRpcSettings, type RpcSettings } from './rpcOptions.ts'
import type { Settings } from './settings.ts'
import { readStorageSettings, type StorageSettings } from './storageOptions.ts'
import { describeUnused } from './unusedOptions.ts'
import { readVerificationOptions } from './verificationOptions.ts'

/** Commands to run; `%s` in them stands for what is told. */
export interface NotifyCommands {
  readonly alert: string | undefined
  readonly block: string | undefined
  readonly startup: string | undefined
  readonly shutdown: string | undefined
  readonly wallet: string | undefined
}

/** What bitcoind's options say, in full. */
export interface BitcoindOptions {
  readonly network: NetworkParameters
  readonly directory: string
  readonly log: LogSettings
  readonly rpc: RpcSettings
  readonly peers: PeerSettings
  readonly storage: StorageSettings
  readonly mempool: Partial<MempoolOptions>
  readonly mining: MiningOptions
  readonly verification: VerificationSettings
  readonly notify: NotifyCommands
  /** Undefined: none is written. */
  readonly pidFile: string | undefined
  /** Seconds at which the clock is held. */
  readonly mockTime: number | undefined
  /** Seconds after which a tip means that blocks are missing. */
  readonly maxTipAge: number | undefined
  readonly stopAtHeight: number | undefined
  readonly persistMempool: boolean
  /** Go to the background: at once, or when calls are answered. */
  readonly background: 'now' | 'ready' | undefined
  /** Everything else, for who needs an option by its name. */
  readonly settings: Settings
  /** For the log: what was read, and what is odd about it. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

const command = (settings: Settings, name: string): string | undefined => settings.text(name) || undefined

function checkMisplaced(settings: Settings, names: readonly string[], chain: string): void {
  const misplaced = names.filter((name) => settings.isMisplaced(name))
  if (misplaced.length === 0) return
  const lines = misplaced.map(
    (name) => `Config setting for -${name} only applied on ${chain} network when in [${chain}] section.`,
  )
  throw new OptionError(`${lines.join('\n')}\n`)
}

function checkTestOptions(settings: Settings, chain: string): void {
  if (settings.list('test').length > 0 && chain !== 'regtest') {
    throw new OptionError('-test=<option> can only be used with regtest')
  }
}

const REMOVED: readonly (readonly [string, string])[] = [
  ['checkpoints', "Option '-checkpoints' is set but checkpoints were removed. This option has no effect."],
  ...['ancestor', 'descendant'].map(
    (kind) =>
      [
        `limit${kind}size`,
        `Option '-limit${kind}size' is given but ${kind} size limits have been replaced with cluster size limits (see -limitclustersize). This option has no effect.`,
      ] as const,
  ),
]

function interpret(
  { settings, network: name, directory, notes, warnings }: ReadSettings,
  version: string,
): BitcoindOptions {
  checkMisplaced(settings, ['addnode', 'bind', 'connect', 'port', 'rpcbind', 'rpcport'], name)
  checkTestOptions(settings, name)
  const { root } = dataFolder(directory, name)
  const network = readNetwork(settings, name)
  const pid = settings.text('pid')
  const log = readLogSettings(settings, root)
  const rpc = readRpcSettings(settings, root, network.rpcPort)
  const peers = readPeerSettings(settings, network, version)
  return {
    network,
    directory,
    log,
    rpc,
    peers,
    storage: readStorageSettings(settings),
    mempool: readMempoolOptions(settings, name),
    mining: readMiningOptions(settings),
    verification: readVerificationOptions(settings),
    notify: {
      alert: command(settings, 'alertnotify'),
      block: command(settings, 'blocknotify'),
      startup: command(settings, 'startupnotify'),
      shutdown: command(settings, 'shutdownnotify'),
      wallet: command(settings, 'walletnotify'),
    },
    pidFile: settings.isNegated('pid') ? undefined : resolve(root, pid || 'bitcoind.pid'),
    mockTime: settings.integer('mocktime') || undefined,
    maxTipAge: settings.integer('maxtipage'),
    stopAtHeight: settings.integer('stopatheight') || undefined,
    background: settings.flag('daemonwait', false) ? 'ready' : settings.flag('daemon', false) ? 'now' : undefined,
    persistMempool: settings.flag('persistmempool', true),
    settings,
    notes: [
      ...notes,
      ...(name === 'signet' ? [`Signet derived magic (message start): ${bytesToHex(network.magic)}`] : []),
      ...peers.notes,
      ...describeUnused(settings),
    ],
    warnings: [
      ...warnings,
      ...log.warnings,
      ...rpc.warnings,
      ...peers.warnings,
      ...REMOVED.filter(([option]) => settings.isSet(option)).map(([, words]) => words),
    ],
  }
}

/** Understands a command line of bitcoind's kind and its files. Violation: what stands behind `Error: `. */
export function readBitcoindOptions(args: readonly string[], version: string): Result<BitcoindOptions, string> {
  const read = readSettings(args)
  if (!read.ok) return read
  try {
    return ok(interpret(read.value, version))
  } catch (error) {
    if (error instanceof OptionError) return err(error.message)
    throw error
  }
}

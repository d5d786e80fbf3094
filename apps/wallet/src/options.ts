import { homedir } from 'node:os'
import { join } from 'node:path'
import { type NetworkParameters, NETWORKS } from '@ply/primitives'
import { usageError } from './exitCode.ts'
import type { Io } from './io.ts'

/** The global options as commander reads them. */
export interface RawOptions {
  readonly datadir?: string
  readonly wallet?: string
  readonly network?: string
  readonly rpc?: string
  readonly nodeDatadir?: string
  readonly node?: string
  readonly json?: boolean
  readonly yes?: boolean
  readonly passphrase?: boolean
  readonly passphraseStdin?: boolean
  readonly mnemonicStdin?: boolean
}

/** The global options with environment and defaults filled in. */
export interface GlobalOptions {
  readonly datadir: string
  readonly wallet: string
  readonly network: NetworkParameters
  readonly rpcUrl: string
  readonly nodeDatadir: string
  /** The Lightning node that `ln` speaks for, if one was named. */
  readonly lightningNode: string | undefined
  readonly json: boolean
  readonly yes: boolean
  /** False with `--no-passphrase`. */
  readonly usePassphrase: boolean
  readonly passphraseStdin: boolean
  readonly mnemonicStdin: boolean
}

const isFolderName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)

/** Fills in environment and defaults; throws a usage error for a value that means nothing. */
export function resolveOptions(raw: RawOptions, env: Io['env']): GlobalOptions {
  const networkName = raw.network ?? env['PLY_NETWORK'] ?? 'regtest'
  const network = Object.values(NETWORKS).find((candidate) => candidate.name === networkName)
  if (!network) throw usageError(`unknown network '${networkName}': one of ${Object.keys(NETWORKS).join(', ')}`)
  const wallet = raw.wallet ?? env['PLY_WALLET'] ?? 'default'
  if (!isFolderName(wallet)) throw usageError(`'${wallet}' is no wallet name: letters, digits, dot, dash, underscore`)
  const lightningNode = raw.node ?? env['PLY_NODE']
  if (lightningNode !== undefined && !isFolderName(lightningNode))
    throw usageError(`'${lightningNode}' is no node name`)
  const rpcUrl = raw.rpc ?? env['PLY_RPC'] ?? `http://127.0.0.1:${network.rpcPort}`
  if (!URL.canParse(rpcUrl)) throw usageError(`'${rpcUrl}' is no URL`)
  if (new URL(rpcUrl).protocol !== 'http:') throw usageError('the RPC URL must begin with http://')
  return {
    datadir: raw.datadir ?? env['PLY_DATADIR'] ?? join(homedir(), '.ply'),
    wallet,
    network,
    rpcUrl: rpcUrl.replace(/\/+$/, ''),
    nodeDatadir: raw.nodeDatadir ?? env['PLYD_DATADIR'] ?? join(homedir(), '.plyd'),
    lightningNode,
    json: raw.json ?? false,
    yes: raw.yes ?? false,
    usePassphrase: raw.passphrase ?? true,
    passphraseStdin: raw.passphraseStdin ?? false,
    mnemonicStdin: raw.mnemonicStdin ?? false,
  }
}

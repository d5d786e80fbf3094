import { formatHostAndPort, parseHostAndPort } from '@ply/net'
import type { ConnectionSettings, ListenAddress, PermissionsOf, TorSettings } from '@ply/layer1-node'
import type { NetworkParameters } from '@ply/primitives'
import { listens, readBinds, readListenPort, warnOfSeveralTargets } from './bindOptions.ts'
import { readConnectionSettings, readUploadTarget } from './connectionOptions.ts'
import { readTorSettings } from './hiddenOptions.ts'
import { Interactions } from './interactions.ts'
import { OptionError } from './optionError.ts'
import { readPermissions } from './permissions.ts'
import { readFlag, type Settings } from './settings.ts'
import { readBlockFilterIndex } from './storageOptions.ts'

/** Seconds. */
const DEFAULT_PEER_TIMEOUT = 60
const DEFAULT_EXTRA_TRANSACTIONS = 100
/** Thousands of bytes. */
const DEFAULT_SEND_BUFFER = 1000
const DEFAULT_RECEIVE_BUFFER = 5000
const MAX_USER_AGENT = 256
/** BIP 14: what a comment in the user agent may hold. */
const SAFE_COMMENT = /^[a-zA-Z0-9 .,;\-_?@]*$/

export interface PeerSettings {
  /** Where peers are accepted; none: nobody is. */
  readonly listen: readonly ListenAddress[]
  /** Undefined: Tor is not asked for an onion service. */
  readonly tor: TorSettings | undefined
  /** The router is asked to lead our port to us; undefined: it is not. */
  readonly mapPort: { readonly announce: boolean } | undefined
  /** Peers in I2P may come, too, where there is a way into it. */
  readonly acceptsI2p: boolean
  /** Peers to stay connected to. */
  readonly connect: readonly string[]
  readonly userAgent: string
  readonly relayTransactions: boolean
  readonly connections: Partial<ConnectionSettings>
  readonly warnings: readonly string[]
  /** For the log. */
  readonly notes: readonly string[]
  /** Bytes to send in a day. */
  readonly uploadTarget: number
  /** Bytes that may wait for a peer, and of a peer's messages. */
  readonly buffers: { readonly sendBuffer: number; readonly receiveBuffer: number }
  /** BIP 324. */
  readonly encrypted: boolean
  /** BIP 157. */
  readonly servesBlockFilters: boolean
  /** BIP 37. */
  readonly servesBloomFilters: boolean
  readonly permissionsOf: PermissionsOf
  /** Milliseconds that a connection may be silent before it is judged. */
  readonly timeout: number
  /** Transactions kept beside the pool for compact blocks. */
  readonly extraTransactions: number
}

function userAgent(settings: Settings, version: string): string {
  const comments = settings.list('uacomment')
  for (const comment of comments) {
    if (!SAFE_COMMENT.test(comment)) {
      throw new OptionError(`User Agent comment (${comment}) contains unsafe characters.`)
    }
  }
  const agent = `/Ply:${version}${comments.length > 0 ? `(${comments.join('; ')})` : ''}/`
  if (agent.length > MAX_USER_AGENT) {
    throw new OptionError(
      `Total length of network version string (${agent.length}) exceeds maximum length (${MAX_USER_AGENT}). Reduce the number or size of uacomments.`,
    )
  }
  return agent
}

function servesBlockFilters(settings: Settings): boolean {
  const serves = settings.flag('peerblockfilters', false)
  if (serves && !readBlockFilterIndex(settings)) {
    throw new OptionError('Cannot set -peerblockfilters without -blockfilterindex.')
  }
  return serves
}

/** A port. For RPC it may be 0, for any free one. */
export function readPort(settings: Settings, name: 'port' | 'rpcport', otherwise: number): number {
  const text = settings.text(name)
  if (text === undefined) return otherwise
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535 || Number(text) === 0) {
    throw new OptionError(`Invalid port specified in -${name}: '${text}'`)
  }
  return Number(text)
}

function readPeer(text: string, network: NetworkParameters): string {
  const peer = parseHostAndPort(text, network.defaultPort)
  if (!peer.ok) throw new OptionError(`Invalid peer address: ${peer.error}`)
  return formatHostAndPort(peer.value)
}

/** Bytes; the option counts thousands of them. */
const readBuffer = (settings: Settings, name: string, otherwise: number): number =>
  1000 * Math.max(0, settings.integer(name) ?? otherwise)

/** Who may connect, and whom we connect to. */
export function readPeerSettings(settings: Settings, network: NetworkParameters, version: string): PeerSettings {
  if ((settings.integer('maxconnections') ?? 0) < 0) {
    throw new OptionError('-maxconnections must be greater or equal than zero')
  }
  const timeout = settings.integer('peertimeout') ?? DEFAULT_PEER_TIMEOUT
  if (timeout <= 0) throw new OptionError('peertimeout must be a positive integer.')
  const connect = settings.list('connect')
  const only = connect.length === 1 && !readFlag(connect[0]!) && connect[0] === '0' ? [] : connect
  const port = readPort(settings, 'port', network.defaultPort)
  const interactions = new Interactions(settings)
  const listening = listens(settings, interactions)
  const { binds, onionTarget } = readBinds(settings, port)
  const tor = readTorSettings(settings, { listening, target: onionTarget })
  const context = { interactions, port: readListenPort(settings, port), asksTor: tor !== undefined }
  const { connections, warnings, notes } = readConnectionSettings(settings, context)
  return {
    listen: listening ? binds : [],
    tor,
    acceptsI2p: interactions.flag('i2pacceptincoming', true),
    mapPort:
      listening && interactions.flag('natpmp', true) ? { announce: interactions.flag('discover', true) } : undefined,
    connections,
    warnings: [...warnings, ...(tor ? warnOfSeveralTargets(binds, onionTarget) : [])],
    notes: [...interactions.notes, ...notes],
    uploadTarget: readUploadTarget(settings),
    connect: [...only, ...settings.list('addnode')].map((text) => readPeer(text, network)),
    buffers: {
      sendBuffer: readBuffer(settings, 'maxsendbuffer', DEFAULT_SEND_BUFFER),
      receiveBuffer: readBuffer(settings, 'maxreceivebuffer', DEFAULT_RECEIVE_BUFFER),
    },
    userAgent: userAgent(settings, version),
    permissionsOf: readPermissions(settings),
    timeout: timeout * 1000,
    extraTransactions: Math.max(0, settings.integer('blockreconstructionextratxn') ?? DEFAULT_EXTRA_TRANSACTIONS),
    relayTransactions: !settings.flag('blocksonly', false),
    encrypted: settings.flag('v2transport', true),
    servesBlockFilters: servesBlockFilters(settings),
    servesBloomFilters: settings.flag('peerbloomfilters', false),
  }
}

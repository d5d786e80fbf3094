import { formatHostAndPort, parseHostAndPort } from '@ply/net'
import type { ConnectionSettings, PermissionsOf } from '@ply/layer1-node'
import type { NetworkParameters } from '@ply/primitives'
import { readConnectionSettings, readUploadTarget } from './connectionOptions.ts'
import { OptionError } from './optionError.ts'
import { readPermissions, whitebindAddress } from './permissions.ts'
import { readFlag, type Settings } from './settings.ts'
import { readBlockFilterIndex } from './storageOptions.ts'

const DEFAULT_MAX_CONNECTIONS = 125
/** Seconds. */
const DEFAULT_PEER_TIMEOUT = 60
const DEFAULT_EXTRA_TRANSACTIONS = 100
const MAX_USER_AGENT = 256
/** BIP 14: what a comment in the user agent may hold. */
const SAFE_COMMENT = /^[a-zA-Z0-9 .,;\-_?@]*$/

export interface PeerSettings {
  /** `host:port` to accept peers on; none: nobody is accepted. */
  readonly listen: readonly string[]
  /** Peers to stay connected to. */
  readonly connect: readonly string[]
  readonly userAgent: string
  readonly relayTransactions: boolean
  readonly connections: Partial<ConnectionSettings>
  /** Bytes to send in a day. */
  readonly uploadTarget: number
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

/** Whether peers are accepted: asked for, or implied by the rest. */
function listens(settings: Settings): boolean {
  const bound = settings.list('bind').length + settings.list('whitebind').length > 0
  const connectsOnly = settings.list('connect').length > 0 || settings.isNegated('connect')
  const none = (settings.integer('maxconnections') ?? DEFAULT_MAX_CONNECTIONS) <= 0
  const proxy = settings.text('proxy') ?? ''
  const listen = settings.flag('listen', bound || !(connectsOnly || none || (proxy !== '' && proxy !== '0')))
  if (bound && !listen) throw new OptionError('Cannot set -bind or -whitebind together with -listen=0')
  if (!listen && settings.flag('listenonion', false)) {
    throw new OptionError('Cannot set -listen=0 together with -listenonion=1')
  }
  return listen
}

function readBind(text: string, port: number): string {
  const [address = '', kind] = text.split('=')
  const parsed = parseHostAndPort(address, kind === 'onion' ? port + 1 : port)
  if (!parsed.ok && /:[^:\]]*$/.test(address)) throw new OptionError(`Invalid port specified in -bind: '${text}'`)
  if (!parsed.ok || (kind !== undefined && kind !== 'onion')) {
    throw new OptionError(`Cannot resolve -bind address: '${text}'`)
  }
  return formatHostAndPort(parsed.value)
}

function listenAddresses(settings: Settings, port: number): string[] {
  if (!listens(settings)) return []
  const bound = [
    ...settings.list('bind').map((text) => readBind(text, port)),
    ...settings.list('whitebind').map(whitebindAddress),
  ]
  const twice = bound.find((address, i) => bound.indexOf(address) !== i && !address.endsWith(':0'))
  if (twice !== undefined) {
    throw new OptionError(
      `Duplicate binding configuration for address ${twice}. Please check your -bind, -bind=...=onion and -whitebind settings.`,
    )
  }
  // The second is where an onion service would lead to.
  return bound.length > 0 ? bound : [`0.0.0.0:${port}`, `127.0.0.1:${port + 1}`]
}

/** A port. For RPC it may be 0, for any free one. */
export function readPort(settings: Settings, name: 'port' | 'rpcport', otherwise: number): number {
  const text = settings.text(name)
  if (text === undefined) return otherwise
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535 || (name === 'port' && Number(text) === 0)) {
    throw new OptionError(`Invalid port specified in -${name}: '${text}'`)
  }
  return Number(text)
}

function readPeer(text: string, network: NetworkParameters): string {
  const peer = parseHostAndPort(text, network.defaultPort)
  if (!peer.ok) throw new OptionError(`Invalid peer address: ${peer.error}`)
  return formatHostAndPort(peer.value)
}

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
  return {
    listen: listenAddresses(settings, port),
    connections: readConnectionSettings(settings, port),
    uploadTarget: readUploadTarget(settings),
    connect: [...only, ...settings.list('addnode')].map((text) => readPeer(text, network)),
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

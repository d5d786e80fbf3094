import { formatHostAndPort, parseHostAndPort, type Proxies, UNIX_PREFIX } from '@ply/net'
import { formatService, parseService, type PeerNetwork } from '@ply/layer1-node'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const TOR_PORT = 9050
const I2P_PORT = 7656
const NETWORKS = ['ipv4', 'ipv6', 'onion', 'cjdns'] as const

/** Bytes of the path of a Unix socket, by the least of the systems that we run on. */
const MAX_UNIX_PATH = 103

const isUnixSocket = (text: string): boolean =>
  text.startsWith(UNIX_PREFIX) && Buffer.byteLength(text.slice(UNIX_PREFIX.length)) <= MAX_UNIX_PATH

const isNone = (text: string): boolean => text === '' || text === '0'

const PORTS = { proxy: TOR_PORT, onion: TOR_PORT, i2psam: I2P_PORT }

/** A name such as `tor.example.com`; one that ends like an address is none. */
const NAME = /^(?=.{1,253}$)([A-Za-z0-9_-]{1,63}\.)*(?!\d+\.?$)[A-Za-z0-9_-]{1,63}\.?$/

/** `host:port` with a name for a host, which is looked up for each connection. */
function readNamed(text: string, port: number): string | undefined {
  const parsed = parseHostAndPort(text, port)
  return parsed.ok && NAME.test(parsed.value.host) ? formatHostAndPort(parsed.value) : undefined
}

interface ProxyText {
  readonly name: keyof typeof PORTS
  /** What the operator wrote. */
  readonly shown?: string
  /** Names may be looked up. */
  readonly names: boolean
}

/** `host:port`, or undefined for none. */
function readService(text: string, { name, shown = text, names }: ProxyText): string | undefined {
  if (isNone(text)) return undefined
  const service = parseService(text, PORTS[name])
  if (service) return formatService(service)
  const named = names ? readNamed(text, PORTS[name]) : undefined
  if (named !== undefined) return named
  // A host that would do with another port.
  const host = text.replace(/:[^:\]]*$/, '')
  const wrongPort = host !== text && !/:\d+$/.test(text) && parseService(host, PORTS[name]) !== undefined
  if (wrongPort) throw new OptionError(`Invalid port specified in -${name}: '${shown}'`)
  throw new OptionError(`Invalid -${name} address or hostname: '${text}'`)
}

const readProxy = (text: string, how: ProxyText): string | undefined =>
  isUnixSocket(text) ? text : readService(text, how)

export const allowsLookUp = (settings: Settings): boolean => settings.flag('dns', true)

/** Where a router of I2P listens to programs (SAM). */
const readI2pRouter = (settings: Settings): string | undefined =>
  readService(settings.text('i2psam') ?? '', { name: 'i2psam', names: allowsLookUp(settings) })

/** `-proxy=<proxy>` leads everywhere, `-proxy=<proxy>=<network>` into one network; the last word counts. */
function readGeneral(settings: Settings): Omit<Proxies, 'randomize'> {
  const names = allowsLookUp(settings)
  let proxies: Omit<Proxies, 'randomize'> = {}
  for (const text of settings.list('proxy')) {
    const equals = text.lastIndexOf('=')
    if (equals === text.length - 1 && equals >= 0) {
      throw new OptionError(`Invalid -proxy address or hostname, ends with '=': '${text}'`)
    }
    const proxy = readProxy(equals < 0 ? text : text.slice(0, equals), { name: 'proxy', shown: text, names })
    const network = equals < 0 ? undefined : text.slice(equals + 1).toLowerCase()
    if (network === undefined) {
      proxies = { ipv4: proxy, ipv6: proxy, cjdns: proxy, onion: proxy, name: proxy }
    } else if (NETWORKS.some((each) => each === network)) {
      const withNames = network === 'ipv4' || network === 'ipv6'
      proxies = { ...proxies, [network]: proxy, ...(withNames && { name: proxy }) }
    } else {
      throw new OptionError(`Unrecognized network in -proxy='${text}': '${text.slice(equals + 1)}'`)
    }
  }
  return proxies
}

/** SOCKS5 proxies, by the network that they lead into. */
export function readProxies(settings: Settings): Proxies {
  const general = readGeneral(settings)
  const onion = settings.text('onion') ?? ''
  return {
    ...general,
    ...(onion !== '' && { onion: readProxy(onion, { name: 'onion', names: allowsLookUp(settings) }) }),
    i2p: readI2pRouter(settings),
    randomize: settings.flag('proxyrandomize', true),
  }
}

const restricted = (name: string, option: string): string =>
  `Outbound connections restricted to ${name} (-onlynet=${option}) but `

/** Throws where `-onlynet` names a network that there is no way into. */
export function checkOnlyNetworks(
  settings: Settings,
  only: ReadonlySet<PeerNetwork> | undefined,
  { onion, i2p }: Proxies,
): void {
  if (!only) return
  if (only.has('cjdns') && !settings.flag('cjdnsreachable', false)) {
    throw new OptionError(`${restricted('CJDNS', 'cjdns')}-cjdnsreachable is not provided`)
  }
  if (only.has('onion') && settings.text('onion') === '0') {
    const words = 'the proxy for reaching the Tor network is explicitly forbidden: -onion=0'
    throw new OptionError(restricted('Tor', 'onion') + words)
  }
  if (only.has('onion') && onion === undefined && !settings.flag('listenonion', true)) {
    const words =
      'the proxy for reaching the Tor network is not provided: none of -proxy, -onion or -listenonion is given'
    throw new OptionError(restricted('Tor', 'onion') + words)
  }
  if (only.has('i2p') && i2p === undefined) {
    throw new OptionError(`${restricted('i2p', 'i2p')}-i2psam is not provided`)
  }
}

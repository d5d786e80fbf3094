import { type ConnectionSettings, parseService, PEER_NETWORKS, type PeerNetwork } from '@ply/layer1-node'
import { readPrivateBroadcast } from './hiddenOptions.ts'
import type { Interactions } from './interactions.ts'
import { OptionError } from './optionError.ts'
import { checkOnlyNetworks, readProxies } from './proxyOptions.ts'
import { readSeeds } from './seedOptions.ts'
import type { Settings } from './settings.ts'

/** Networks named by `-onlynet`; undefined if none is. */
function readOnlyNetworks(settings: Settings): ReadonlySet<PeerNetwork> | undefined {
  const texts = settings.list('onlynet')
  if (texts.length === 0) return undefined
  const names = texts.map((text) => {
    const name = PEER_NETWORKS.find(([known]) => known === text.toLowerCase())?.[0]
    if (name === undefined) throw new OptionError(`Unknown network specified in -onlynet: '${text}'`)
    return name
  })
  return new Set(names)
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ k: 1e3, m: 1e6, g: 1e9, t: 1e12 },
  ...{ K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 },
}

/** Bytes to send in a day, in MiB where no unit is given; 0 for any number. */
export function readUploadTarget(settings: Settings): number {
  const text = settings.text('maxuploadtarget')
  if (text === undefined) return 0
  const [, digits, unit = 'M'] = /^(\d{1,15})([kKmMgGtT])?$/.exec(text) ?? []
  const bytes = Number(digits) * UNITS[unit]!
  if (!Number.isSafeInteger(bytes)) throw new OptionError(`Unable to parse -maxuploadtarget: '${text}'`)
  return bytes
}

function readOwnAddress(text: string, port: number) {
  const service = parseService(text, port)
  if (!service) throw new OptionError(`Cannot resolve -externalip address: '${text}'`)
  return service
}

export interface ReadConnections {
  readonly connections: Partial<ConnectionSettings>
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

const MAX_CHECK_EVERY = 1_000_000

/** File of a map of autonomous systems. What reads as a number but 0 asks for a built-in one. */
function readAsmap(settings: Settings): string | undefined {
  if (!settings.isSet('asmap') || settings.isNegated('asmap')) return undefined
  if (settings.flag('asmap', false)) throw new OptionError('Embedded asmap data not available')
  return settings.text('asmap')
}

export interface ConnectionContext {
  readonly interactions: Interactions
  /** The port at which others find us. */
  readonly port: number
  /** Tor is asked for the way into it. */
  readonly asksTor: boolean
}

/** Whom the node talks to, and how many. */
export function readConnectionSettings(
  settings: Settings,
  { interactions, port, asksTor }: ConnectionContext,
): ReadConnections {
  const maxConnections = settings.integer('maxconnections')
  const banTime = settings.integer('bantime')
  const connectTimeout = settings.integer('timeout') ?? 0
  const onlyNetworks = readOnlyNetworks(settings)
  const { randomize, name, ...proxies } = readProxies(settings)
  checkOnlyNetworks(settings, onlyNetworks, { ...proxies, randomize })
  const seeds = readSeeds(settings, interactions, name !== undefined)
  const ways = { onlyNetworks, proxies: { ...proxies, randomize }, automatic: seeds.settings.automatic, asksTor }
  const { enabled: privateBroadcast, warnings } = readPrivateBroadcast(settings, ways)
  const connections = {
    ...(maxConnections !== undefined && { maxConnections }),
    ...(banTime !== undefined && { banTime }),
    ...(connectTimeout > 0 && { connectTimeout }),
    asmap: readAsmap(settings),
    checkBookEvery: Math.min(MAX_CHECK_EVERY, Math.max(0, settings.integer('checkaddrman') ?? 0)),
    active: settings.flag('networkactive', true),
    privateBroadcast,
    ...seeds.settings,
    onlyNetworks,
    proxies,
    randomizeProxies: randomize,
    cjdns: settings.flag('cjdnsreachable', false),
    ownAddresses: settings.list('externalip').map((text) => readOwnAddress(text, port)),
    discover: interactions.flag('discover', true),
    listenPort: port,
    testBook: settings.list('test').includes('addrman'),
  }
  return { connections, warnings, notes: seeds.notes }
}

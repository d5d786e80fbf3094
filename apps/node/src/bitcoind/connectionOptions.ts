import { type ConnectionSettings, parseService, PEER_NETWORKS, type PeerNetwork } from '@ply/layer1-node'
import { OptionError } from './optionError.ts'
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

function readOwnAddress(settings: Settings, port: number) {
  const [text] = settings.list('externalip')
  if (text === undefined) return undefined
  const service = parseService(text, port)
  if (!service) throw new OptionError(`Cannot resolve -externalip address: '${text}'`)
  return service
}

/** Whom the node talks to, and how many; `port` is the one that it listens on. */
export function readConnectionSettings(settings: Settings, port: number): Partial<ConnectionSettings> {
  const maxConnections = settings.integer('maxconnections')
  const banTime = settings.integer('bantime')
  return {
    ...(maxConnections !== undefined && { maxConnections }),
    ...(banTime !== undefined && { banTime }),
    active: settings.flag('networkactive', true),
    // Who names peers wants these and no others.
    automatic: settings.list('connect').length === 0 && !settings.isNegated('connect'),
    seeds: settings.list('seednode'),
    onlyNetworks: readOnlyNetworks(settings),
    cjdns: settings.flag('cjdnsreachable', false),
    ownAddress: readOwnAddress(settings, port),
    testBook: settings.list('test').includes('addrman'),
  }
}

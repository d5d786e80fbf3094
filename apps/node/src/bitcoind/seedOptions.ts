import type { ConnectionSettings } from '@ply/layer1-node'
import { connectsOnly, type Interactions } from './interactions.ts'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

type SeedSettings = Pick<
  ConnectionSettings,
  'seeds' | 'dnsSeeds' | 'dnsSeedNames' | 'fixedSeeds' | 'namesByProxy' | 'automatic'
>

export interface SeedOptions {
  readonly settings: SeedSettings
  /** For the log. */
  readonly notes: readonly string[]
}

function readDnsSeeds(settings: Settings, interactions: Interactions): ConnectionSettings['dnsSeeds'] {
  const wanted = interactions.flag('dnsseed', true)
  const forced = settings.flag('forcednsseed', false)
  if (forced && !wanted) {
    throw new OptionError('Cannot set -forcednsseed to true when setting -dnsseed to false.')
  }
  const networks = settings.list('onlynet').map((name) => name.toLowerCase())
  const withoutIp = networks.length > 0 && !networks.includes('ipv4') && !networks.includes('ipv6')
  if (withoutIp && settings.flag('dnsseed', false)) {
    throw new OptionError(
      'Incompatible options: -dnsseed=1 was explicitly specified, but -onlynet forbids connections to IPv4/IPv6',
    )
  }
  if (!wanted) return 'off'
  return forced ? 'always' : 'needed'
}

function readNotes(settings: Settings): string[] {
  if (!connectsOnly(settings)) return []
  const connect = settings.list('connect')
  const somebody = connect.length > 0 && !(connect.length === 1 && connect[0] === '0')
  return [
    ...(somebody && settings.list('seednode').length > 0 ? ['-seednode is ignored when -connect is used'] : []),
    ...(settings.flag('dnsseed', false) && settings.isSet('proxy')
      ? ['-dnsseed is ignored when -connect is used and -proxy is specified']
      : []),
  ]
}

/** Where addresses come from when few are known; `namesByProxy`: names are a proxy's to look up. */
export function readSeeds(settings: Settings, interactions: Interactions, namesByProxy: boolean): SeedOptions {
  const automatic = !connectsOnly(settings)
  const signet = settings.list('signetseednode')
  return {
    settings: {
      automatic,
      seeds: automatic ? settings.list('seednode') : [],
      dnsSeeds: readDnsSeeds(settings, interactions),
      dnsSeedNames: signet.length > 0 ? signet : undefined,
      fixedSeeds: settings.flag('fixedseeds', true),
      namesByProxy,
    },
    notes: readNotes(settings),
  }
}

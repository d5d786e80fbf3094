import { type PeerNetwork, parseService, formatService, type TorSettings } from '@ply/layer1-node'
import type { Proxies } from '@ply/net'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const TOR_CONTROL_PORT = 9051

interface OnionService {
  /** Peers are accepted. */
  readonly listening: boolean
  /** `host:port` that the service leads to. */
  readonly target: string
}

function readControl(text: string): string {
  const service = parseService(text, TOR_CONTROL_PORT)
  if (service) return formatService(service)
  if (/:[^:\]]*$/.test(text) && !/:\d{1,5}$/.test(text)) {
    throw new OptionError(`Invalid port specified in -torcontrol: '${text}'`)
  }
  return /:\d+$/.test(text) ? text : `${text}:${TOR_CONTROL_PORT}`
}

/** How Tor is asked for an onion service, and for the way into Tor; undefined: it is not. */
export function readTorSettings(settings: Settings, { listening, target }: OnionService): TorSettings | undefined {
  const control = readControl(settings.text('torcontrol') ?? `127.0.0.1:${TOR_CONTROL_PORT}`)
  if (!settings.flag('listenonion', listening)) return undefined
  // Who names a proxy for Tor wants that one.
  const takesProxy = (settings.text('onion') ?? '') === ''
  return { control, password: settings.text('torpassword') ?? '', target, takesProxy }
}

const REQUESTED = 'Private broadcast of own transactions requested (-privatebroadcast)'

export interface Ways {
  readonly onlyNetworks: ReadonlySet<PeerNetwork> | undefined
  readonly proxies: Proxies
  /** The node chooses whom to connect to. */
  readonly automatic: boolean
  /** Tor is asked for a way into it. */
  readonly asksTor: boolean
}

/** `-privatebroadcast`, and what to warn of. Throws where there can be no way for it. */
export function readPrivateBroadcast(settings: Settings, ways: Ways): { enabled: boolean; warnings: string[] } {
  if (!settings.flag('privatebroadcast', false)) return { enabled: false, warnings: [] }
  const { onlyNetworks, proxies, automatic, asksTor } = ways
  const allowed = (name: PeerNetwork): boolean => onlyNetworks?.has(name) ?? true
  const tor = allowed('onion') && (proxies.onion !== undefined || asksTor)
  if (!tor && !(allowed('i2p') && proxies.i2p !== undefined)) {
    throw new OptionError(`${REQUESTED}, but none of Tor or I2P networks is reachable`)
  }
  if (!automatic) {
    throw new OptionError(
      `${REQUESTED}, but -connect is also configured. They are incompatible because the private broadcast needs to open new connections to randomly chosen Tor or I2P peers. Consider using -maxconnections=0 -addnode=... instead`,
    )
  }
  const correlated = !proxies.randomize && tor
  const warning = `${REQUESTED} and -proxyrandomize is disabled. Tor circuits for private broadcast connections may be correlated to other connections over Tor. For maximum privacy set -proxyrandomize=1.`
  return { enabled: true, warnings: correlated ? [warning] : [] }
}

import { DEFAULT_BAN_TIME, type NetworkName, type Service } from '@ply/p2p'

/** Whom the node talks to, and how many. */
export interface ConnectionSettings {
  /** Connections at most, both ways. */
  readonly maxConnections: number
  /** Milliseconds that making a connection may take. */
  readonly connectTimeout: number
  /** Seconds that a ban lasts of which nobody said it. */
  readonly banTime: number
  /** False: nobody is talked to until that changes. */
  readonly active: boolean
  /** Look for peers without being told whom to connect to. */
  readonly automatic: boolean
  /** Peers to ask for addresses while none are known: `host:port`. */
  readonly seeds: readonly string[]
  /** Servers whose names have addresses of nodes are asked: where few addresses are known, or always. */
  readonly dnsSeeds: 'off' | 'needed' | 'always'
  /** Their names, in place of those that are known for the network. */
  readonly dnsSeedNames: readonly string[] | undefined
  /** Fall back on built-in addresses where nobody tells of others. */
  readonly fixedSeeds: boolean
  /** Names are a proxy's to look up. */
  readonly namesByProxy: boolean
  /** Networks that the node connects to of its own accord; undefined: all that can be reached. */
  readonly onlyNetworks: ReadonlySet<NetworkName> | undefined
  /** Proxies by the network that they lead into: `host:port`, or `unix:` and a path. To onion services there is no other way. */
  readonly proxies: Readonly<Partial<Record<NetworkName, string | undefined>>>
  /** Each connection by proxy has credentials of its own. */
  readonly randomizeProxies: boolean
  /** This machine is in CJDNS: addresses of its range are what they seem. */
  readonly cjdns: boolean
  /** Own transactions go out over Tor or I2P, by connections of their own. */
  readonly privateBroadcast: boolean
  /** Where others can reach us. */
  readonly ownAddresses: readonly Service[]
  /** Find out more of them: from interfaces, and from what peers say. */
  readonly discover: boolean
  /** The port at which others find us where nothing else is known. */
  readonly listenPort: number
  /** The book puts every address at the same place in every run: for tests. */
  readonly testBook: boolean
  /** Before one of so many operations the book looks whether it agrees with itself; 0 for never. */
  readonly checkBookEvery: number
  /** File with a map of autonomous systems, by which hosts are grouped; relative to the network's folder. */
  readonly asmap: string | undefined
}

export const DEFAULT_CONNECTIONS: ConnectionSettings = {
  maxConnections: 125,
  connectTimeout: 5000,
  banTime: DEFAULT_BAN_TIME,
  active: true,
  automatic: false,
  seeds: [],
  dnsSeeds: 'off',
  dnsSeedNames: undefined,
  fixedSeeds: false,
  namesByProxy: false,
  onlyNetworks: undefined,
  proxies: {},
  randomizeProxies: true,
  cjdns: false,
  privateBroadcast: false,
  ownAddresses: [],
  discover: false,
  listenPort: 0,
  testBook: false,
  checkBookEvery: 0,
  asmap: undefined,
}

/** Connections that the node makes of its own accord: full-relay, block-relay-only, and one that tests an address. */
const MAX_AUTOMATIC = 11

/** Places for those who come in. */
export const maxInbound = ({ maxConnections }: ConnectionSettings): number =>
  Math.max(0, maxConnections - MAX_AUTOMATIC)

/** Connections at most that the node makes of its own accord or for a test. */
export const maxAutomatic = ({ maxConnections }: ConnectionSettings): number => Math.min(MAX_AUTOMATIC, maxConnections)

import { parseService, parseSubnet, type PeerPermission, type PermissionsOf, subnetIncludes } from '@ply/layer1-node'
import { OptionError } from './optionError.ts'
import type { Settings } from './settings.ts'

const ALL: readonly PeerPermission[] = ['bloomfilter', 'noban', 'forcerelay', 'relay', 'mempool', 'download', 'addr']
/** What a permission brings with it. */
const BY_NAME: Readonly<Record<string, readonly PeerPermission[]>> = {
  bloomfilter: ['bloomfilter'],
  bloom: ['bloomfilter'],
  noban: ['noban', 'download'],
  forcerelay: ['forcerelay', 'relay'],
  relay: ['relay'],
  mempool: ['mempool'],
  download: ['download'],
  addr: ['addr'],
  all: ALL,
}

interface Granted {
  /** Undefined: none were named, what is usual then holds. */
  readonly permissions: readonly PeerPermission[] | undefined
  readonly inbound: boolean
  readonly outbound: boolean
  readonly address: string
}

/** `permission,permission@address`; the directions `in` and `out` may be among them. */
function readGranted(text: string, mayBeOutbound: boolean): Granted {
  const at = text.indexOf('@')
  if (at < 0) return { permissions: undefined, inbound: true, outbound: false, address: text }
  const permissions = new Set<PeerPermission>()
  let [inbound, outbound] = [false, false]
  for (const name of text.slice(0, at).split(',')) {
    if (name === 'in') inbound = true
    else if (name === 'out' && mayBeOutbound) outbound = true
    else if (name === 'out') {
      throw new OptionError('whitebind may only be used for incoming connections ("out" was passed)')
    } else if (Object.hasOwn(BY_NAME, name)) BY_NAME[name]!.forEach((each) => permissions.add(each))
    else if (name !== '') throw new OptionError(`Invalid P2P permission: '${name}'`)
  }
  const directed = inbound || outbound
  if (directed && permissions.size === 0) {
    throw new OptionError(`Only direction was set, no permissions: '${text}'`)
  }
  return { permissions: [...permissions], inbound: inbound || !directed, outbound, address: text.slice(at + 1) }
}

/** What who is whitelisted without more words may do. */
function usualPermissions(settings: Settings): PeerPermission[] {
  const force = settings.flag('whitelistforcerelay', false)
  const relay = settings.flag('whitelistrelay', force || !settings.flag('blocksonly', false))
  return [
    ...(force ? BY_NAME['forcerelay']! : []),
    ...(relay ? (['relay'] as const) : []),
    ...(['mempool', 'noban', 'download'] as const),
  ]
}

/** True for a `host:port` in the network. */
function readNetwork(address: string): (remote: string) => boolean {
  const subnet = parseSubnet(address)
  if (!subnet) throw new OptionError(`Invalid netmask specified in -whitelist: '${address}'`)
  return (remote) => {
    const host = parseService(remote, 0)
    return host !== undefined && subnetIncludes(subnet, host)
  }
}

/** The `host:port` of a `-whitebind`. */
export function whitebindAddress(text: string): string {
  const { address } = readGranted(text, false)
  const service = parseService(address, 0)
  if (!service) throw new OptionError(`Cannot resolve -whitebind address: '${address}'`)
  if (service.port === 0) throw new OptionError(`Need to specify a port with -whitebind: '${address}'`)
  return address
}

/** True for a `-whitebind` that says that its peers are never banned: others need not know of it. */
export const whitebindExempts = (text: string): boolean =>
  readGranted(text, false).permissions?.includes('noban') ?? false

/** Who is allowed what, by `-whitelist` and `-whitebind`. */
export function readPermissions(settings: Settings): PermissionsOf {
  const usual = usualPermissions(settings)
  const lists = settings.list('whitelist').map((text) => {
    const granted = readGranted(text, true)
    return { ...granted, contains: readNetwork(granted.address) }
  })
  const binds = settings.list('whitebind').map((text) => {
    const address = whitebindAddress(text)
    return { ...readGranted(text, false), address }
  })
  return ({ kind, remote, local }) => {
    const direction = kind === 'inbound' ? 'inbound' : kind === 'manual' ? 'outbound' : undefined
    if (direction === undefined) return new Set()
    const granted = [
      ...binds.filter(({ address }) => direction === 'inbound' && address === local),
      ...lists.filter((list) => list[direction] && list.contains(remote)),
    ]
    return new Set(granted.flatMap(({ permissions }) => permissions ?? usual))
  }
}

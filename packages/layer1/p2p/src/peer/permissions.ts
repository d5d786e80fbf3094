import { err, ok, type Result } from '@ply/bytes'
import type { Permission } from '../event.ts'
import type { Host } from '../address/host.ts'
import { parseSubnet, type Subnet, subnetIncludes } from '../address/subnet.ts'

/** All there are, in the order in which Bitcoin Core lists them. */
export const PERMISSIONS: readonly Permission[] = [
  'bloomfilter',
  'noban',
  'forcerelay',
  'relay',
  'mempool',
  'download',
  'addr',
]

/** What one permission brings with it. */
const IMPLIED: Partial<Record<Permission, Permission>> = { noban: 'download', forcerelay: 'relay' }

/** Permissions and what they go for. */
export interface Grant {
  readonly permissions: ReadonlySet<Permission>
  /** None were named: those of {@link implicitPermissions} apply. */
  readonly implicit: boolean
  readonly inbound: boolean
  readonly outbound: boolean
  /** What stands behind the `@`. */
  readonly target: string
}

/** A grant of `-whitelist`. */
export interface Whitelisting extends Grant {
  readonly subnet: Subnet
}

/** What a grant means that names no permission; `-whitelistrelay` and `-whitelistforcerelay` decide on relay. */
export function implicitPermissions({
  relay,
  forceRelay,
}: {
  readonly relay: boolean
  readonly forceRelay: boolean
}): ReadonlySet<Permission> {
  const named: Permission[] = ['noban', 'mempool']
  return withImplied([
    ...named,
    ...(relay ? (['relay'] as const) : []),
    ...(forceRelay ? (['forcerelay'] as const) : []),
  ])
}

function withImplied(permissions: readonly Permission[]): ReadonlySet<Permission> {
  const all = new Set(permissions)
  for (const permission of permissions) {
    const implied = IMPLIED[permission]
    if (implied) all.add(implied)
  }
  return new Set(PERMISSIONS.filter((permission) => all.has(permission)))
}

const isPermission = (word: string): word is Permission => PERMISSIONS.some((permission) => permission === word)

/** `permission,permission@target`. Violations, in Bitcoin Core's words: an unknown permission, a direction alone. */
function parseGrant(text: string, directions: boolean): Result<Grant, string> {
  const at = text.indexOf('@')
  const words = at < 0 ? [] : text.slice(0, at).split(',')
  const permissions: Permission[] = []
  let [inbound, outbound] = [false, false]
  for (const word of words) {
    if (word === '') continue
    if (word === 'all') permissions.push(...PERMISSIONS)
    else if (word === 'bloom') permissions.push('bloomfilter')
    else if (isPermission(word)) permissions.push(word)
    else if (word === 'in') inbound = true
    else if (word === 'out' && directions) outbound = true
    else if (word === 'out') return err('whitebind may only be used for incoming connections ("out" was passed)')
    else return err(`Invalid P2P permission: '${word}'`)
  }
  if ((inbound || outbound) && permissions.length === 0) {
    return err(`Only direction was set, no permissions: '${text}'`)
  }
  return ok({
    permissions: withImplied(permissions),
    implicit: at < 0,
    inbound: inbound || !outbound,
    outbound,
    target: text.slice(at + 1),
  })
}

/** A value of `-whitelist`: permissions for all hosts of a subnet. Violation: what is wrong, in Bitcoin Core's words. */
export function parseWhitelist(text: string): Result<Whitelisting, string> {
  const grant = parseGrant(text, true)
  if (!grant.ok) return grant
  const subnet = parseSubnet(grant.value.target)
  if (!subnet) return err(`Invalid netmask specified in -whitelist: '${grant.value.target}'`)
  return ok({ ...grant.value, subnet })
}

/** A value of `-whitebind`: permissions for all who come in at an address of ours, which is the grant's target. */
export function parseWhitebind(text: string): Result<Grant, string> {
  return parseGrant(text, false)
}

export interface WhitelistQuery {
  readonly grants: readonly Whitelisting[]
  readonly implicit: ReadonlySet<Permission>
}

/** What a host may do. */
export function whitelistPermissions(
  { grants, implicit }: WhitelistQuery,
  host: Host,
  inbound: boolean,
): ReadonlySet<Permission> {
  const all = grants.flatMap((grant) => {
    const applies = (inbound ? grant.inbound : grant.outbound) && subnetIncludes(grant.subnet, host)
    return applies ? [...(grant.implicit ? implicit : grant.permissions)] : []
  })
  return withImplied(all)
}

import type { Host } from './host.ts'
import { formatSubnet, type Subnet, subnetIncludes } from './subnet.ts'

/** Times are seconds since the Unix epoch. */
export interface Ban {
  readonly subnet: Subnet
  readonly createdAt: number
  readonly until: number
}

/** A day: how long a ban lasts of which nobody said it (`-bantime`). */
export const DEFAULT_BAN_TIME = 86_400

/** Whom the operator does not want to talk to, each for a time. */
export class BanList {
  readonly #bans = new Map<string, Ban>()

  /** Bans that are over are left out. */
  constructor(bans: readonly Ban[] = [], now = 0) {
    for (const ban of bans) if (now <= ban.until) this.#bans.set(formatSubnet(ban.subnet), ban)
  }

  /** All that are not over, ordered by subnet. */
  list(now: number): Ban[] {
    this.#sweep(now)
    return [...this.#bans.values()].sort((a, b) => compareSubnets(a.subnet, b.subnet))
  }

  /** Bans until then; a ban that lasts longer stays. False if it does. */
  ban(subnet: Subnet, until: number, now: number): boolean {
    const key = formatSubnet(subnet)
    if ((this.#bans.get(key)?.until ?? 0) >= until) return false
    this.#bans.set(key, { subnet, createdAt: now, until })
    return true
  }

  /** False if there is no ban of exactly this subnet. */
  unban(subnet: Subnet): boolean {
    return this.#bans.delete(formatSubnet(subnet))
  }

  clear(): void {
    this.#bans.clear()
  }

  /** True if this subnet itself is banned. */
  has(subnet: Subnet, now: number): boolean {
    return (this.#bans.get(formatSubnet(subnet))?.until ?? 0) > now
  }

  /** True if a ban includes the host. */
  includes(host: Host, now: number): boolean {
    return [...this.#bans.values()].some(({ subnet, until }) => now < until && subnetIncludes(subnet, host))
  }

  #sweep(now: number): void {
    for (const [key, { until }] of this.#bans) if (now > until) this.#bans.delete(key)
  }
}

/** By network, then address, then size. */
function compareSubnets(a: Subnet, b: Subnet): number {
  if (a.network !== b.network) return a.network - b.network
  const different = a.address.findIndex((byte, i) => byte !== b.address[i])
  return different < 0 ? a.bits - b.bits : a.address[different]! - (b.address[different] ?? 0)
}

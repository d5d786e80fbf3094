import { type Ban, type BanList, type Host, hostKey, type Subnet } from '@ply/p2p'
import type { Clock } from '@ply/ports'

/** Hosts remembered for what they did; the oldest are forgotten. */
const MAX_DISCOURAGED = 50_000

/** Whom we would rather not talk to: hosts that broke a rule, until we stop, and those that the operator banned. */
export class Unwanted {
  readonly #bans: BanList
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #discouraged = new Set<string>()

  /** `changed` is called whenever the bans are other ones. */
  constructor(bans: BanList, clock: Clock, changed: () => void) {
    this.#bans = bans
    this.#clock = clock
    this.#changed = changed
  }

  get #seconds(): number {
    return Math.floor(this.#clock.now() / 1000)
  }

  discourage(host: Host): void {
    const key = hostKey(host)
    this.#discouraged.delete(key)
    this.#discouraged.add(key)
    const [oldest] = this.#discouraged
    if (this.#discouraged.size > MAX_DISCOURAGED && oldest !== undefined) this.#discouraged.delete(oldest)
  }

  isDiscouraged(host: Host): boolean {
    return this.#discouraged.has(hostKey(host))
  }

  isBanned(host: Host): boolean {
    return this.#bans.includes(host, this.#seconds)
  }

  /** True if there is a ban of exactly this subnet, or, for one host, a ban that includes it. */
  isBannedSubnet(subnet: Subnet, single: boolean): boolean {
    return single ? this.isBanned(subnet) : this.#bans.has(subnet, this.#seconds)
  }

  includes(host: Host): boolean {
    return this.isDiscouraged(host) || this.isBanned(host)
  }

  /** The bans in force. */
  bans(): readonly Ban[] {
    return this.#bans.list(this.#seconds)
  }

  /** Bans until a time, in seconds since the Unix epoch. */
  ban(subnet: Subnet, until: number): void {
    if (this.#bans.ban(subnet, until, this.#seconds)) this.#changed()
  }

  /** Lifts a ban. False if there was no ban of exactly this subnet. */
  unban(subnet: Subnet): boolean {
    const lifted = this.#bans.unban(subnet)
    if (lifted) this.#changed()
    return lifted
  }

  clear(): void {
    this.#bans.clear()
    this.#changed()
  }
}

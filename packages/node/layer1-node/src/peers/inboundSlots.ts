import { parseHostAndPort } from '@ply/net'

const MAX_INBOUND = 114
/** Hosts remembered for what they did; the oldest are forgotten. */
const MAX_DISCOURAGED = 10_000

/** An inbound connection: `id` grows with time. */
export interface InboundLink {
  readonly id: number
  /** `host:port` */
  readonly address: string
}

/** Decides who may come in: when all places are taken, at the cost of the host that takes most of them. */
export class InboundSlots {
  readonly #discouraged = new Set<string>()

  /** The host of this address broke a rule: others come before it. Our own machine is never blamed. */
  discourage(address: string): void {
    const host = hostOf(address)
    if (isOwnMachine(host)) return
    this.#discouraged.delete(host)
    this.#discouraged.add(host)
    const [oldest] = this.#discouraged
    if (this.#discouraged.size > MAX_DISCOURAGED && oldest !== undefined) this.#discouraged.delete(oldest)
  }

  /** `true`: come in. `false`: no place. A link: come in, and this one has to go. */
  admit(address: string, taken: readonly InboundLink[]): boolean | InboundLink {
    const host = hostOf(address)
    if (this.#discouraged.has(host) && taken.length + 1 >= MAX_INBOUND) return false
    if (taken.length < MAX_INBOUND) return true
    const byHost = new Map<string, InboundLink[]>()
    for (const link of taken) {
      const key = hostOf(link.address)
      byHost.set(key, [...(byHost.get(key) ?? []), link])
    }
    const [crowd, links] = [...byHost].reduce((most, next) => (next[1].length > most[1].length ? next : most))
    // The newest has served least.
    const newest = links.reduce((last, link) => (link.id > last.id ? link : last))
    return crowd !== host && links.length > 1 ? newest : false
  }
}

function hostOf(address: string): string {
  const parsed = parseHostAndPort(address)
  return parsed.ok ? parsed.value.host : address
}

const isOwnMachine = (host: string): boolean => host === '::1' || host.startsWith('127.')

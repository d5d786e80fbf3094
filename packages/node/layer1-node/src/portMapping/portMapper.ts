import { ByteReader, parseIp } from '@ply/bytes'
import { isRoutable, NETWORK_IPV6, type Service } from '@ply/p2p'
import type { Clock, Entropy, Logger } from '@ply/ports'
import type { Gateways } from './defaultGateway.ts'
import { PCP_NONCE_SIZE } from './pcp.ts'
import { describeMapping, type MappingOutcome, requestMapping } from './requestMapping.ts'

export interface PortMapperFields {
  /** The port that we listen on. */
  readonly port: number
  /** Where routers listen for this. */
  readonly gatewayPort?: number
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  /** The routers towards the internet. */
  findGateways(): Promise<Gateways>
  /** Our own addresses; a pinhole is asked for at each of IPv6 that others can reach. */
  ownAddresses(): readonly string[]
  /** Others can reach us there. */
  mapped(external: Service): void
}

const USUAL_PORT = 5351
/** Seconds that a mapping is asked for: short, since none is taken back, but twice as long as until it is renewed. */
const LIFETIME = 2 * 20 * 60
/** A router that gives less is not to be trusted. */
const LEAST_LIFETIME = 30
/** Milliseconds until the next attempt where none succeeded. */
const RETRY = 5 * 60_000

const NO_RESOURCES =
  'portmap: At least one mapping failed because of a NO_RESOURCES error. This usually indicates that the port is already used on the router. If this is the only instance of bitcoin running on the network, this will resolve itself automatically. Otherwise, you might want to choose a different P2P port to prevent this conflict.'

/** Has the router lead our port to us, by PCP (RFC 6887) or NAT-PMP (RFC 6886), and sees to it that it goes on. */
export class PortMapper {
  readonly #fields: PortMapperFields
  readonly #logger: Logger
  readonly #nonce: Uint8Array
  readonly #interruption = new AbortController()
  #cancel: () => void = () => undefined
  #work: Promise<void>

  constructor(fields: PortMapperFields) {
    this.#fields = fields
    this.#logger = fields.logger.child('net')
    this.#nonce = fields.entropy.bytes(PCP_NONCE_SIZE)
    this.#work = this.#run()
  }

  /** The mapping ends by itself. */
  stop(): Promise<void> {
    this.#interruption.abort()
    this.#cancel()
    return this.#work
  }

  get #stopped(): boolean {
    return this.#interruption.signal.aborted
  }

  async #run(): Promise<void> {
    const outcomes = await this.#requestAll()
    if (this.#stopped) return
    const lifetimes = outcomes.flatMap((outcome) => (outcome.type === 'mapped' ? [outcome.lifetime] : []))
    if (outcomes.some((outcome) => outcome.type === 'failed' && outcome.noResources)) this.#warn(NO_RESOURCES)
    const lifetime = Math.min(LIFETIME, ...lifetimes)
    if (lifetime < LEAST_LIFETIME) this.#warn(`portmap: Got impossibly short mapping lifetime of ${lifetime} seconds`)
    const renews = lifetimes.length > 0 && lifetime >= LEAST_LIFETIME
    const delay = renews ? this.#renewal(lifetime) : RETRY
    this.#cancel = this.#fields.clock.schedule(delay, () => {
      this.#work = this.#run()
    })
  }

  /** RFC 6887, section 11.2.1: at a random moment between half and five eighths of the lifetime. Milliseconds. */
  #renewal(lifetime: number): number {
    const random = new ByteReader(this.#fields.entropy.bytes(4)).u32() / 2 ** 32
    return lifetime * 1000 * (1 / 2 + random / 8)
  }

  async #requestAll(): Promise<MappingOutcome[]> {
    const { ipv4, ipv6 } = await this.#fields.findGateways()
    this.#tellGateway('IPv4', ipv4)
    const outcomes = ipv4 === undefined ? [] : [await this.#request(ipv4)]
    this.#tellGateway('IPv6', ipv6)
    if (ipv6 === undefined) return outcomes
    for (const address of this.#fields.ownAddresses().filter(isReachable)) {
      outcomes.push(await this.#request(ipv6, address))
    }
    return outcomes
  }

  async #request(gateway: string, from?: string): Promise<MappingOutcome> {
    const { port, gatewayPort = USUAL_PORT, clock, logger } = this.#fields
    if (this.#stopped) return { type: 'failed', noResources: false }
    const request = { gateway, gatewayPort, from, port, lifetime: LIFETIME, nonce: this.#nonce, clock }
    const { signal } = this.#interruption
    const outcome = await requestMapping({ ...request, signal, logger: logger.child('net') })
    if (outcome.type === 'mapped' && !this.#stopped) {
      const { external, lifetime } = outcome
      this.#logger.log('info', `portmap: Added mapping ${describeMapping(external, port, lifetime)}`)
      this.#fields.mapped(external)
    }
    return outcome
  }

  #tellGateway(network: string, gateway: string | undefined): void {
    const words =
      gateway === undefined ? `Could not determine ${network} default gateway` : `gateway [${network}]: ${gateway}`
    this.#logger.log('debug', `portmap: ${words}`)
  }

  #warn(text: string): void {
    this.#logger.log('warn', text)
  }
}

/** True for an IPv6 address that others can reach. */
function isReachable(address: string): boolean {
  const ip = parseIp(address)
  return ip?.length === 16 && isRoutable({ network: NETWORK_IPV6, address: ip })
}

import { type AddressManager, NETWORK_IPV4, NETWORK_IPV6 } from '@ply/p2p'
import type { Clock, Logger } from '@ply/ports'

export interface AsmapHealthFields {
  readonly book: AddressManager
  readonly clock: Clock
  readonly logger: Logger
}

const DAY_MS = 24 * 3_600_000

function report({ book, clock, logger }: AsmapHealthFields): void {
  const now = Math.floor(clock.now() / 1000)
  const everything = { count: 0, percent: 0, filtered: false }
  const hosts = [NETWORK_IPV4, NETWORK_IPV6].flatMap((network) => book.addresses({ ...everything, network }, now))
  const numbers = hosts.map((host) => book.groups.asnOf(host))
  const systems = new Set(numbers.filter((asn) => asn !== 0)).size
  const unmapped = numbers.filter((asn) => asn === 0).length
  const mapped = `${hosts.length} clearnet peers are mapped to ${systems} ASNs`
  logger.log('info', `ASMap Health Check: ${mapped} with ${unmapped} peers being unmapped`)
}

/** Tells now and once a day how much of the book the map of autonomous systems knows. Returns how to end that. */
export function watchAsmapHealth(fields: AsmapHealthFields): () => void {
  if (!fields.book.groups.usesMap) return () => undefined
  report(fields)
  let cancel: () => void = () => undefined
  const again = (): void => {
    cancel = fields.clock.schedule(DAY_MS, () => {
      report(fields)
      again()
    })
  }
  again()
  return () => cancel()
}

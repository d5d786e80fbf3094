import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Transport } from '@ply/ports'
import { formatHostAndPort, parseHostAndPort } from './address.ts'

/** The IP addresses of a name; none if it has none. */
export type LookUp = (name: string) => Promise<readonly string[]>

/** RFC 6761, section 6.4: names that never lead anywhere. Nobody else has to hear of them. */
const INVALID = /(^|\.)invalid\.?$/i
/** Names that are addresses, of networks that know no others. */
const KEYS = /\.(onion|b32\.i2p)$/i

/** Asks the system. */
export const systemLookUp: LookUp = async (name) => {
  if (INVALID.test(name)) return []
  const found = await lookup(name, { all: true }).catch(() => [])
  return found.map(({ address }) => address)
}

/** For who must not ask: no name leads anywhere. */
export const noLookUp: LookUp = () => Promise.resolve([])

/** Connects to a name by the addresses that it has, one after another. */
export function resolveNames(transport: Transport, lookUp: LookUp): Transport {
  return {
    listen: (address, accept) => transport.listen(address, accept),
    connect: async (address, timeoutMs, way) => {
      const target = parseHostAndPort(address)
      const isName = target.ok && isIP(target.value.host) === 0 && !KEYS.test(target.value.host)
      if (!isName) return transport.connect(address, timeoutMs, way)
      const { host, port } = target.value
      const found = await lookUp(host)
      let failure: unknown = new Error(`no address of ${host} was found`)
      for (const candidate of found) {
        try {
          return await transport.connect(formatHostAndPort({ host: candidate, port }), timeoutMs, way)
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
  }
}

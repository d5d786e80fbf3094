import type { NodeAddress } from '@ply/wire'
import type { NetworkAddress } from '../state.ts'

/** `host:port` as an address descriptor: IPv4, or a DNS name. Undefined for other forms and port 0. */
export function parseNodeAddress(address: NetworkAddress): NodeAddress | undefined {
  const match = /^([^:[\]]+):(\d{1,5})$/.exec(address)
  const port = Number(match?.[2])
  const host = match?.[1]
  if (host === undefined || port === 0 || port > 65535) return undefined
  const parts = host.split('.').map(Number)
  const isIpv4 = /^[\d.]+$/.test(host) && parts.length === 4 && parts.every((part) => part <= 255)
  if (isIpv4) return { type: 'ipv4', host: Uint8Array.from(parts), port }
  return /^[A-Za-z0-9.-]{1,255}$/.test(host) ? { type: 'dns', host, port } : undefined
}

/** The form that a shell can dial; undefined for Tor. */
export function formatNodeAddress(address: NodeAddress): NetworkAddress | undefined {
  switch (address.type) {
    case 'ipv4':
      return `${[...address.host].join('.')}:${address.port}`
    case 'ipv6': {
      const groups = Array.from({ length: 8 }, (_, i) =>
        ((address.host[2 * i]! << 8) | address.host[2 * i + 1]!).toString(16),
      )
      return `[${groups.join(':')}]:${address.port}`
    }
    case 'dns':
      return `${address.host}:${address.port}`
    case 'torV3':
      return undefined
  }
}

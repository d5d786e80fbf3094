import { ByteReader, ByteWriter, concatBytes, decodeUtf8, utf8ToBytes } from '@ply/bytes'

/** An address descriptor of BOLT 7. `host` is the bytes of the address, or a name. */
export type NodeAddress =
  | { readonly type: 'ipv4' | 'ipv6' | 'torV3'; readonly host: Uint8Array; readonly port: number }
  | { readonly type: 'dns'; readonly host: string; readonly port: number }

const LENGTHS = { ipv4: 4, ipv6: 16, torV3: 35 } as const
const TYPES = { ipv4: 1, ipv6: 2, torV3: 4 } as const
const TOR_V2 = 3
const TOR_V2_LENGTH = 12
const DNS = 5

/** Reads descriptors up to the first one of an unknown type, as BOLT 7 lets a receiver do; Tor v2 is left out. */
export function decodeNodeAddresses(bytes: Uint8Array): NodeAddress[] {
  const reader = new ByteReader(bytes)
  const addresses: NodeAddress[] = []
  while (reader.remaining > 0) {
    const number = reader.u8()
    const type = number === TYPES.ipv4 ? 'ipv4' : number === TYPES.ipv6 ? 'ipv6' : number === TYPES.torV3 ? 'torV3' : ''
    if (type !== '') {
      if (reader.remaining < LENGTHS[type] + 2) break
      addresses.push({ type, host: reader.bytes(LENGTHS[type]), port: reader.u16BE() })
    } else if (number === TOR_V2) {
      if (reader.remaining < TOR_V2_LENGTH) break
      reader.view(TOR_V2_LENGTH)
    } else if (number === DNS) {
      const length = reader.peek() ?? 0
      if (reader.remaining < 1 + length + 2) break
      const host = decodeUtf8(reader.bytes(1 + length).subarray(1))
      const port = reader.u16BE()
      if (host.ok) addresses.push({ type: 'dns', host: host.value, port })
    } else {
      break
    }
  }
  return addresses
}

/** Writes descriptors in the ascending order of their types. */
export function encodeNodeAddresses(addresses: readonly NodeAddress[]): Uint8Array {
  const encoded = addresses.map((address) => {
    const writer = new ByteWriter()
    if (address.type === 'dns') {
      const host = utf8ToBytes(address.host)
      writer.u8(DNS).u8(host.length).bytes(host)
    } else {
      writer.u8(TYPES[address.type]).bytes(address.host)
    }
    return writer.u16BE(address.port).finish()
  })
  return concatBytes(...encoded.sort((a, b) => a[0]! - b[0]!))
}

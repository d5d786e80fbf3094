import { type ByteReader, DecodeError } from '@ply/bytes'
import { MAX_ADDRESSES } from '../protocol.ts'
import type { Addresses } from './addr.ts'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'
import {
  NETWORK_ADDRESS_LENGTH,
  NETWORK_CJDNS,
  NETWORK_I2P,
  NETWORK_IPV4,
  NETWORK_IPV6,
  NETWORK_TORV3,
} from './netAddress.ts'

const MAX_ADDRESS_LENGTH = 512

/** Names that Bitcoin Core's messages give the networks. */
const NETWORK_LABEL: Readonly<Record<number, string>> = {
  [NETWORK_IPV4]: 'IPv4',
  [NETWORK_IPV6]: 'IPv6',
  [NETWORK_TORV3]: 'TORv3',
  [NETWORK_I2P]: 'I2P',
  [NETWORK_CJDNS]: 'CJDNS',
}

function readAddress(reader: ByteReader): Uint8Array {
  const length = reader.compactSize()
  if (length <= MAX_ADDRESS_LENGTH) return reader.bytes(length)
  throw new DecodeError('address-too-long', `Address too long: ${length} > ${MAX_ADDRESS_LENGTH}: iostream error`)
}

/** BIP 155: addresses of any network. One of a known network with a wrong length spoils the message. */
export const addrv2: Codec<Addresses> = {
  read: (reader) => ({
    addresses: readLimited(reader, MAX_ADDRESSES, (item) => {
      const time = item.u32()
      const services = item.compactSize64()
      const network = item.u8()
      const address = readAddress(item)
      const expected = NETWORK_ADDRESS_LENGTH[network]
      if (expected !== undefined && address.length !== expected) {
        const wrong = `address with length ${address.length} (should be ${expected})`
        throw new DecodeError('bad-address-length', `BIP155 ${NETWORK_LABEL[network]} ${wrong}: iostream error`)
      }
      return { time, services, network, address, port: item.u16BE() }
    }),
  }),
  write(writer, { addresses }) {
    writer.compactSize(addresses.length)
    for (const entry of addresses) {
      writer.u32(entry.time).compactSize64(entry.services).u8(entry.network)
      writer.varBytes(entry.address).u16BE(entry.port)
    }
  },
}

import { DecodeError } from '@ply/bytes'
import { MAX_ADDRESSES } from '../protocol.ts'
import type { Addresses } from './addr.ts'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'
import { NETWORK_ADDRESS_LENGTH } from './netAddress.ts'

const MAX_ADDRESS_LENGTH = 512

/** BIP 155: addresses of any network. One of a known network with a wrong length spoils the message. */
export const addrv2: Codec<Addresses> = {
  read: (reader) => ({
    addresses: readLimited(reader, MAX_ADDRESSES, (item) => {
      const time = item.u32()
      const services = item.compactSize64()
      const network = item.u8()
      const address = item.varBytes(MAX_ADDRESS_LENGTH)
      const expected = NETWORK_ADDRESS_LENGTH[network]
      if (expected !== undefined && address.length !== expected) {
        throw new DecodeError('bad-address-length', `${address.length} bytes on network ${network}`)
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

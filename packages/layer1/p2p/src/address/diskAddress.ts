import { isMappedIpv4, type ByteReader, type ByteWriter, DecodeError } from '@ply/bytes'
import { NETWORK_IPV6, type NetAddress } from '../message/netAddress.ts'
import { type Host, hostFromIp, isKnownHost } from './host.ts'

/** Bitcoin Core 0.22's version with the flag that says: addresses as in BIP 155. */
const DISK_VERSION = 220_000
const DISK_VERSION_ADDRV2 = 1 << 29
/** Low bits are for information. */
const VERSION_MASK = ~0x7ffff
const MAX_ADDRESS_LENGTH = 512

/** `v1`: as before BIP 155. */
export type DiskEncoding = 'v1' | 'v2'

/** Stands for what cannot be an address: it is valid nowhere. */
const NOWHERE: Host = { network: NETWORK_IPV6, address: new Uint8Array(16) }

/** A host of a network we do not know, or disguised as IPv6, is read as one that is nowhere. */
export function readDiskHost(reader: ByteReader, encoding: DiskEncoding = 'v2'): Host {
  if (encoding === 'v1') return hostFromIp(reader.bytes(16))
  const host = { network: reader.u8(), address: reader.varBytes(MAX_ADDRESS_LENGTH) }
  return isKnownHost(host) && !(host.network === NETWORK_IPV6 && isMappedIpv4(host.address)) ? host : NOWHERE
}

export function writeDiskHost(writer: ByteWriter, { network, address }: Host): void {
  writer.u8(network).varBytes(address)
}

/** An address as Bitcoin Core's files hold it. */
export function readDiskAddress(reader: ByteReader, permitted: DiskEncoding = 'v2'): NetAddress {
  const encoding = readEncoding(reader.u32() & VERSION_MASK, permitted)
  const time = reader.u32()
  const services = encoding === 'v2' ? reader.compactSize64() : reader.u64()
  return { time, services, ...readDiskHost(reader, encoding), port: reader.u16BE() }
}

function readEncoding(version: number, permitted: DiskEncoding): DiskEncoding {
  if (version === 0) return 'v1'
  if (version === DISK_VERSION_ADDRV2 && permitted === 'v2') return 'v2'
  throw new DecodeError('unsupported-version', 'Unsupported CAddress disk format version')
}

export function writeDiskAddress(writer: ByteWriter, address: NetAddress): void {
  writer
    .u32((DISK_VERSION | DISK_VERSION_ADDRV2) >>> 0)
    .u32(address.time)
    .compactSize64(address.services)
  writeDiskHost(writer, address)
  writer.u16BE(address.port)
}

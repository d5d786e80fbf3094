import { concatBytes, utf8ToBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import { NETWORK_IPV6 } from '../message/netAddress.ts'
import type { Host } from './host.ts'

/** In Bitcoin Core's files the hash of a name stands in this range, where no machine has its address. */
export const INTERNAL_PREFIX = Uint8Array.of(0xfd, 0x6b, 0x88, 0xc0, 0x87, 0x24)
const HASH_LENGTH = 10

/** Stands for a source of addresses that is no host but has a name, such as a DNS seed. It can be no peer. */
export const internalHost = (name: string): Host => ({
  network: NETWORK_IPV6,
  address: concatBytes(INTERNAL_PREFIX, sha256(utf8ToBytes(name)).subarray(0, HASH_LENGTH)),
})

export const isInternal = ({ network, address }: Host): boolean =>
  network === NETWORK_IPV6 && INTERNAL_PREFIX.every((byte, i) => address[i] === byte)

/** The hash of the name. */
export const internalHash = ({ address }: Host): Uint8Array => address.subarray(INTERNAL_PREFIX.length)

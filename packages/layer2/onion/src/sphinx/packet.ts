import { ByteWriter, type DecodeError, decodeExact, type Result } from '@ply/bytes'

/** Bytes of the hop payloads in a payment's onion. */
export const HOP_PAYLOADS_SIZE = 1300
/** Bytes of a whole payment onion: version, key, payloads, HMAC. */
export const ONION_PACKET_SIZE = 1 + 33 + HOP_PAYLOADS_SIZE + 32

/** An onion packet on its way (BOLT 4, Packet Structure). */
export interface OnionPacket {
  /** 0 is the only version there is. */
  readonly version: number
  /** Ephemeral key, 33 bytes; unchecked. */
  readonly publicKey: Uint8Array
  /** 1300 bytes for a payment, another size for an onion message. */
  readonly hopPayloads: Uint8Array
  readonly hmac: Uint8Array
}

export function encodeOnionPacket(packet: OnionPacket): Uint8Array {
  const writer = new ByteWriter(ONION_PACKET_SIZE)
  return writer.u8(packet.version).bytes(packet.publicKey).bytes(packet.hopPayloads).bytes(packet.hmac).finish()
}

/** Reads a packet whose payloads are `size` bytes; violations `end-of-data`, `trailing-data`. */
export function decodeOnionPacket(bytes: Uint8Array, size = HOP_PAYLOADS_SIZE): Result<OnionPacket, DecodeError> {
  return decodeExact(bytes, (reader) => ({
    version: reader.u8(),
    publicKey: reader.bytes(33),
    hopPayloads: reader.bytes(size),
    hmac: reader.bytes(32),
  }))
}

import { ByteReader, ByteWriter, equalBytes } from '@ply/bytes'
import { hostFromIp, type Service } from '@ply/p2p'

/** The Port Control Protocol (RFC 6887), as far as it takes to have one TCP port mapped. */
const VERSION = 2
const MAP = 1
const RESPONSE = 0x80
const TCP = 6
const LENGTH = 24 + 36
/** What a router answers that knows NAT-PMP alone: a header of that, with version 0 and this result. */
const NATPMP_HEADER = 8
const UNSUPPORTED_VERSION = 1

const RESULTS = [
  ...['SUCCESS', 'UNSUPP_VERSION', 'NOT_AUTHORIZED', 'MALFORMED_REQUEST', 'UNSUPP_OPCODE', 'UNSUPP_OPTION'],
  ...['MALFORMED_OPTION', 'NETWORK_FAILURE', 'NO_RESOURCES', 'UNSUPP_PROTOCOL', 'USER_EX_QUOTA'],
  ...['CANNOT_PROVIDE_EXTERNAL', 'ADDRESS_MISMATCH', 'EXCESSIVE_REMOTE_PEER'],
]
export const PCP_NO_RESOURCES = 8
export const PCP_NONCE_SIZE = 12

export const describePcpResult = (code: number): string => `${RESULTS[code] ?? '(unknown)'} (code ${code})`

export interface PcpRequest {
  /** 12 bytes by which the answer is known, and by which the mapping is renewed. */
  readonly nonce: Uint8Array
  /** Seconds. */
  readonly lifetime: number
  /** Our end towards the router; 16 bytes, IPv4 mapped into them. */
  readonly internal: Uint8Array
  /** What we would like to be reached by from outside; 16 bytes. */
  readonly external: Uint8Array
  readonly port: number
}

export function encodePcpRequest({ nonce, lifetime, internal, external, port }: PcpRequest): Uint8Array {
  const writer = new ByteWriter(LENGTH).u8(VERSION).u8(MAP).u16BE(0).u32BE(lifetime).bytes(internal)
  writer.bytes(nonce).u8(TCP).bytes(new Uint8Array(3)).u16BE(port).u16BE(port).bytes(external)
  return writer.finish()
}

/** `unrelated`: no answer to this request; why. */
export type PcpAnswer =
  | { readonly type: 'unrelated'; readonly why: string }
  | { readonly type: 'natpmp-only' }
  | { readonly type: 'answer'; readonly result: number; readonly lifetime: number; readonly external: Service }

export function readPcpAnswer(bytes: Uint8Array, { nonce, port }: Pick<PcpRequest, 'nonce' | 'port'>): PcpAnswer {
  if (bytes.length === NATPMP_HEADER && bytes[0] === 0 && bytes[3] === UNSUPPORTED_VERSION)
    return { type: 'natpmp-only' }
  if (bytes.length < LENGTH) return { type: 'unrelated', why: 'Response too small' }
  const reader = new ByteReader(bytes)
  if (reader.u8() !== VERSION || reader.u8() !== (RESPONSE | MAP)) {
    return { type: 'unrelated', why: 'Response to wrong command' }
  }
  reader.u8()
  const result = reader.u8()
  const lifetime = reader.u32BE()
  reader.bytes(16)
  if (!equalBytes(reader.bytes(PCP_NONCE_SIZE), nonce)) return { type: 'unrelated', why: 'Mapping nonce mismatch' }
  const protocol = reader.u8()
  reader.bytes(3)
  if (protocol !== TCP || reader.u16BE() !== port) {
    return { type: 'unrelated', why: "Response protocol or port doesn't match request" }
  }
  const externalPort = reader.u16BE()
  return { type: 'answer', result, lifetime, external: { ...hostFromIp(reader.bytes(16)), port: externalPort } }
}

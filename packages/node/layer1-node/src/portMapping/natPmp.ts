import { ByteReader, ByteWriter } from '@ply/bytes'

/** The NAT Port Mapping Protocol (RFC 6886), for routers that do not know PCP. IPv4 only. */
const VERSION = 0
const GET_EXTERNAL = 0
const MAP_TCP = 2
const RESPONSE = 0x80
const EXTERNAL_LENGTH = 12
const MAP_LENGTH = 16

const RESULTS = ['SUCCESS', 'UNSUPP_VERSION', 'NOT_AUTHORIZED', 'NETWORK_FAILURE', 'NO_RESOURCES', 'UNSUPP_OPCODE']
export const NATPMP_NO_RESOURCES = 4

export const describeNatPmpResult = (code: number): string => `${RESULTS[code] ?? '(unknown)'} (code ${code})`

export const encodeExternalRequest = (): Uint8Array => Uint8Array.of(VERSION, GET_EXTERNAL)

export interface NatPmpMapping {
  readonly port: number
  /** Seconds. */
  readonly lifetime: number
}

export const encodeMapRequest = ({ port, lifetime }: NatPmpMapping): Uint8Array =>
  new ByteWriter(12).u8(VERSION).u8(MAP_TCP).u16BE(0).u16BE(port).u16BE(port).u32BE(lifetime).finish()

interface Unrelated {
  readonly type: 'unrelated'
  /** Why it is no answer to the request. */
  readonly why: string
}

/** The result code of an answer to `operation`, behind which the reader stands. */
function readHeader(
  bytes: Uint8Array,
  operation: number,
  length: number,
): Unrelated | { reader: ByteReader; result: number } {
  if (bytes.length < length) return { type: 'unrelated', why: 'Response too small' }
  const reader = new ByteReader(bytes)
  if (reader.u8() !== VERSION || reader.u8() !== (RESPONSE | operation)) {
    return { type: 'unrelated', why: 'Response to wrong command' }
  }
  const result = reader.u16BE()
  // Seconds since the router started.
  reader.u32BE()
  return { reader, result }
}

/** `address`: four bytes. */
export type ExternalAnswer =
  Unrelated | { readonly type: 'answer'; readonly result: number; readonly address: Uint8Array }

export function readExternalAnswer(bytes: Uint8Array): ExternalAnswer {
  const header = readHeader(bytes, GET_EXTERNAL, EXTERNAL_LENGTH)
  if ('type' in header) return header
  return { type: 'answer', result: header.result, address: header.reader.bytes(4) }
}

export type MapAnswer = Unrelated | ({ readonly type: 'answer'; readonly result: number } & NatPmpMapping)

/** `port`: the one that was asked for; of the answer, the external one. */
export function readMapAnswer(bytes: Uint8Array, port: number): MapAnswer {
  const header = readHeader(bytes, MAP_TCP, MAP_LENGTH)
  if ('type' in header) return header
  const { reader, result } = header
  if (reader.u16BE() !== port) return { type: 'unrelated', why: "Response port doesn't match request" }
  return { type: 'answer', result, port: reader.u16BE(), lifetime: reader.u32BE() }
}

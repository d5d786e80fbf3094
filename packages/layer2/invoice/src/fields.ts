import { ByteReader, bytesToWords, ByteWriter, concatBytes, DecodeError } from '@ply/bytes'
import type { NodeId, ShortChannelId } from '@ply/wire'
import type { FallbackAddress, RouteHint } from './invoice.ts'
import { fieldBytes } from './words.ts'

const P2PKH_VERSION = 17
const P2SH_VERSION = 18
const ROUTE_HINT_SIZE = 51

function isProgram({ version, program }: FallbackAddress): boolean {
  const { length } = program
  if (version === P2PKH_VERSION || version === P2SH_VERSION) return length === 20
  if (version === 0) return length === 20 || length === 32
  return version <= 16 && length >= 2 && length <= 40
}

/** A fallback address, or undefined for a version that is not known: such a field is skipped. */
export function readFallback(words: Uint8Array): FallbackAddress | undefined {
  const version = words[0]
  if (version === undefined) return undefined
  const fallback = { version, program: fieldBytes(words.subarray(1)) }
  return isProgram(fallback) ? fallback : undefined
}

export const writeFallback = ({ version, program }: FallbackAddress): Uint8Array =>
  concatBytes(Uint8Array.of(version), bytesToWords(program))

/** The channels of one `r` field; violation `end-of-data` where the last is cut short. */
export function readRouteHints(words: Uint8Array): RouteHint[] {
  const bytes = fieldBytes(words)
  if (bytes.length % ROUTE_HINT_SIZE !== 0) throw new DecodeError('end-of-data', 'half a route hint')
  const reader = new ByteReader(bytes)
  const hints: RouteHint[] = []
  while (reader.remaining > 0) {
    hints.push({
      nodeId: reader.bytes(33) as NodeId,
      shortChannelId: reader.u64BE() as ShortChannelId,
      feeBaseMsat: reader.u32BE(),
      feeProportionalMillionths: reader.u32BE(),
      cltvExpiryDelta: reader.u16BE(),
    })
  }
  return hints
}

export function writeRouteHints(hints: readonly RouteHint[]): Uint8Array {
  const writer = new ByteWriter()
  for (const hint of hints) {
    writer.bytes(hint.nodeId).u64BE(hint.shortChannelId)
    writer.u32BE(hint.feeBaseMsat).u32BE(hint.feeProportionalMillionths).u16BE(hint.cltvExpiryDelta)
  }
  return bytesToWords(writer.finish())
}

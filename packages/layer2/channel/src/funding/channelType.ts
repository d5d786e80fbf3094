import { decodeFeatures, encodeFeatures, FEATURES } from '@ply/wire'
import type { CommitmentFormat } from '../parameters.ts'

const BITS: Readonly<Record<CommitmentFormat, readonly number[]>> = {
  static_remotekey: [FEATURES.option_static_remotekey.bit],
  anchors: [FEATURES.option_static_remotekey.bit, FEATURES.option_anchors.bit],
}

/** The `channel_type` of a format, without variations. */
export const encodeChannelType = (format: CommitmentFormat): Uint8Array => encodeFeatures(BITS[format])

/** The format that a `channel_type` names; undefined for any other set of bits. */
export function decodeChannelType(channelType: Uint8Array): CommitmentFormat | undefined {
  const bits = decodeFeatures(channelType)
  const formats: readonly CommitmentFormat[] = ['anchors', 'static_remotekey']
  return formats.find((format) => BITS[format].length === bits.size && BITS[format].every((bit) => bits.has(bit)))
}

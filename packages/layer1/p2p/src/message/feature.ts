import { DecodeError, tryDecode } from '@ply/bytes'
import type { Codec } from './codec.ts'

/** BIP 434: bytes of a feature's name and of what it carries. */
const MIN_ID = 4
const MAX_ID = 80
const MAX_DATA = 512

export interface Feature {
  /** Undefined for a payload that is not one feature, whole and nothing behind it. */
  readonly feature: { readonly id: Uint8Array; readonly data: Uint8Array } | undefined
}

/** BIP 434: the sender knows an extension. Unlike elsewhere a bad payload is a message of its own: it ends the connection. */
export const feature: Codec<Feature> = {
  read(reader) {
    const read = tryDecode(() => {
      const id = reader.varBytes(MAX_ID)
      const data = reader.varBytes(MAX_DATA)
      if (id.length < MIN_ID || reader.remaining > 0) throw new DecodeError('bad-feature')
      return { id, data }
    })
    return { feature: read.ok ? read.value : undefined }
  },
  write(writer, body) {
    if (body.feature) writer.varBytes(body.feature.id).varBytes(body.feature.data)
  },
}

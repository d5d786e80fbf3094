import { readHeader, writeHeader, type BlockHeader } from '@ply/primitives'
import { MAX_HEADERS } from '../protocol.ts'
import type { Codec } from './codec.ts'
import { readLimited } from './inventory.ts'

export interface Headers {
  readonly headers: readonly BlockHeader[]
}

/** Headers in chain order, each with a transaction count that is always 0 on the wire. */
export const headers: Codec<Headers> = {
  read: (reader) => ({
    headers: readLimited(reader, MAX_HEADERS, (item) => {
      const header = readHeader(item)
      item.compactSize()
      return header
    }),
  }),
  write(writer, body) {
    writer.compactSize(body.headers.length)
    for (const header of body.headers) {
      writeHeader(writer, header)
      writer.compactSize(0)
    }
  },
}

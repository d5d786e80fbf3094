import type { ByteReader, ByteWriter } from '@ply/bytes'

/**
 * How one message's payload is read and written. `read` throws DecodeError (the dispatcher turns it into a value)
 * and may leave bytes behind: later protocol versions append fields, and old nodes skip them.
 */
export interface Codec<Body> {
  read(reader: ByteReader): Body
  write(writer: ByteWriter, body: Body): void
}

/** A message that is its own meaning. */
export type Empty = Readonly<Record<never, never>>

export const emptyCodec: Codec<Empty> = {
  read: () => ({}),
  write: () => undefined,
}

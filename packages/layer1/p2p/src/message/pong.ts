import type { Codec } from './codec.ts'

export interface Pong {
  readonly nonce: bigint
}

/** The answer to a `ping`. */
export const pong: Codec<Pong> = {
  read: (reader) => ({ nonce: reader.u64() }),
  write: (writer, body) => void writer.u64(body.nonce),
}

import type { Codec } from './codec.ts'

export interface Pong {
  /** Undefined where the payload is too short to hold one. */
  readonly nonce: bigint | undefined
}

/** The answer to a `ping`. */
export const pong: Codec<Pong> = {
  read: (reader) => ({ nonce: reader.remaining < 8 ? undefined : reader.u64() }),
  write(writer, { nonce }) {
    if (nonce !== undefined) writer.u64(nonce)
  },
}

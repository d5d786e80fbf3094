import type { Codec } from './codec.ts'

export interface Ping {
  readonly nonce: bigint
}

/** Asks for a `pong` with the same nonce (BIP 31). */
export const ping: Codec<Ping> = {
  read: (reader) => ({ nonce: reader.u64() }),
  write: (writer, body) => void writer.u64(body.nonce),
}

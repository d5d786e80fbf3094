import type { Codec } from './codec.ts'

export interface Feefilter {
  /** Satoshi per 1000 vbytes. */
  readonly feeRate: bigint
}

/** BIP 133: the sender does not want to hear of transactions that pay less. */
export const feefilter: Codec<Feefilter> = {
  read: (reader) => ({ feeRate: reader.i64() }),
  write: (writer, body) => void writer.i64(body.feeRate),
}

import type { OutPoint, TxOutput } from '@ply/primitives'

/** An output that can be spent, and where it came from. */
export interface Coin {
  readonly output: TxOutput
  /** Height of the block that created it. */
  readonly height: number
  readonly isCoinbase: boolean
}

/** The coins that exist, seen from some block. */
export interface CoinsView {
  /** Undefined where the output never was or is spent. */
  get(outpoint: OutPoint): Coin | undefined
}

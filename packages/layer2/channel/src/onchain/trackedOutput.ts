import type { OutPoint, Transaction, TxOutput } from '@ply/primitives'
import type { CommittedHtlc } from '../transactions/commitmentTransaction.ts'
import type { Claim } from './claim.ts'

/** A second-stage transaction, fully signed. */
export interface HtlcSpend {
  readonly kind: 'htlc-timeout' | 'htlc-success'
  readonly transaction: Transaction
  readonly output: TxOutput
  /** Without anchors it pays its own fee. */
  readonly needsFee: boolean
  readonly deadline?: number
}

/** What we do about an output. */
export type Action =
  | { readonly type: 'claim'; readonly readyAt: number; readonly claim: Claim }
  | { readonly type: 'htlc-transaction'; readonly readyAt: number; readonly sign: () => HtlcSpend }
  /** It is the peer's unless we learn a preimage; from this height on we no longer care. */
  | { readonly type: 'wait'; readonly until: number }

/** An output on chain whose fate matters to us. */
export interface TrackedOutput {
  readonly outpoint: OutPoint
  readonly action: Action
  /** The HTLC that the output is, seen from the owner of the commitment. */
  readonly htlc?: CommittedHtlc
  /** Outputs that come into being when this one is spent, if they matter. */
  readonly next?: (transaction: Transaction, inputIndex: number, height: number) => readonly TrackedOutput[]
}

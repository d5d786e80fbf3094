import { err } from '@ply/bytes'

/** What a broken block rule says about the block and its sender (Bitcoin Core's BlockValidationResult). */
export type BlockFailure =
  | 'consensus'
  | 'cached-invalid'
  | 'invalid-header'
  | 'mutated'
  | 'missing-prev'
  | 'invalid-prev'
  | 'time-future'
  | 'header-low-work'

/** What a broken transaction rule says about the transaction (Bitcoin Core's TxValidationResult). */
export type TxFailure =
  | 'consensus'
  | 'inputs-not-standard'
  | 'not-standard'
  | 'missing-inputs'
  | 'premature-spend'
  | 'witness-mutated'
  | 'witness-stripped'
  | 'conflict'
  | 'mempool-policy'
  | 'no-mempool'
  | 'reconsiderable'
  | 'unknown'

/** A broken rule, as a value. What it costs the sender is decided elsewhere, from `failure` alone. */
export interface Violation<Failure extends string = BlockFailure | TxFailure> {
  readonly failure: Failure
  /** The network's own code, word for word: `bad-cb-amount`, `high-hash`. */
  readonly reason: string
  /** Bitcoin Core's debug message; may be empty. */
  readonly message: string
}

export type BlockViolation = Violation<BlockFailure>
export type TxViolation = Violation<TxFailure>

/** `reason`, or `reason, message`: the line that goes into logs. */
export function formatViolation(violation: Violation<string>): string {
  return violation.message === '' ? violation.reason : `${violation.reason}, ${violation.message}`
}

interface Failed<Failure extends string> {
  readonly ok: false
  readonly error: Violation<Failure>
}

/** A failed block check. */
export function invalidBlock(failure: BlockFailure, reason: string, message = ''): Failed<BlockFailure> {
  return err({ failure, reason, message })
}

/** A failed transaction check. */
export function invalidTx(failure: TxFailure, reason: string, message = ''): Failed<TxFailure> {
  return err({ failure, reason, message })
}

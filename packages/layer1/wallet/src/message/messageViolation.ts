import type { DecodeError } from '@ply/bytes'
import type { ScriptErrorCode } from '@ply/script'
import type { LegacyMessageViolation } from './legacyMessage.ts'

/** Why a signed message is invalid. */
export type MessageViolation =
  | { readonly code: 'bad-encoding'; readonly error: DecodeError }
  | {
      readonly code:
        | LegacyMessageViolation
        /** The first input does not spend to_spend: another message or another address was signed. */
        | 'to-sign-wrong-first-input'
        /** There must be one output of nothing to OP_RETURN alone. */
        | 'to-sign-wrong-output'
        | 'to-sign-oversized'
        | 'to-sign-duplicate-input'
        | 'to-sign-null-prevout'
        | 'to-sign-amount-out-of-range'
        | 'psbt-not-final'
    }
  /** An input besides the first needs the output or the transaction that it spends. */
  | { readonly code: 'missing-utxo'; readonly inputIndex: number }
  | { readonly code: 'script-failed'; readonly inputIndex: number; readonly error: ScriptErrorCode }

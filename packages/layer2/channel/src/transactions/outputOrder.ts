import { compareBytes } from '@ply/bytes'
import type { TxOutput } from '@ply/primitives'

/** BOLT 3's order of outputs: value, then script, then (equal HTLC outputs) cltv_expiry. */
export function compareOutputs(
  a: TxOutput & { readonly cltvExpiry?: number },
  b: TxOutput & { readonly cltvExpiry?: number },
): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1
  const byScript = compareBytes(a.scriptPubKey, b.scriptPubKey)
  return byScript !== 0 ? byScript : (a.cltvExpiry ?? 0) - (b.cltvExpiry ?? 0)
}

import type { Transaction, TxOutput } from '@ply/primitives'
import { SighashCache } from '@ply/script'
import { type Psbt, psbtPrevout } from './psbt.ts'

/** What the inputs of a PSBT spend, in their order, and the hashes that their signatures share. */
export interface SpentOutputs {
  readonly spent: readonly (TxOutput | undefined)[]
  readonly cache: SighashCache
}

const known = new WeakMap<Transaction, SpentOutputs>()

/** The hashes are made once for a transaction, however many of its inputs are signed one after the other. */
export function psbtSighashCache(psbt: Psbt): SpentOutputs {
  const spent = psbt.inputs.map((_, index) => psbtPrevout(psbt, index))
  const before = known.get(psbt.tx)
  if (before?.spent.every((output, index) => output === spent[index])) return before
  const made = { spent, cache: new SighashCache(psbt.tx, spent) }
  known.set(psbt.tx, made)
  return made
}

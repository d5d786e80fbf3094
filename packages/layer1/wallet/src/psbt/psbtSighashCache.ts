import type { Transaction, TxOutput } from '@ply/primitives'
import { SighashCache } from '@ply/script'
import { type Psbt, psbtPrevout } from './psbt.ts'
import type { PsbtMap } from './psbtMap.ts'

/** What the inputs of a PSBT spend, in their order, and the hashes that their signatures share. */
export interface SpentOutputs {
  readonly spent: readonly (TxOutput | undefined)[]
  readonly cache: SighashCache
}

/** Of the last PSBT of a transaction, with the maps that it was read from. */
const known = new WeakMap<Transaction, SpentOutputs & { readonly maps: readonly PsbtMap[] }>()

/** The hashes are made once for a transaction, however many of its inputs are signed one after the other. */
export function psbtSighashCache(psbt: Psbt): SpentOutputs {
  const before = known.get(psbt.tx)
  const spent = psbt.inputs.map((map, index) =>
    before?.maps[index] === map ? before.spent[index] : psbtPrevout(psbt, index),
  )
  const isSame = before?.spent.every((output, index) => output === spent[index])
  const cache = before && isSame ? before.cache : new SighashCache(psbt.tx, spent)
  known.set(psbt.tx, { spent, cache, maps: psbt.inputs })
  return { spent, cache }
}

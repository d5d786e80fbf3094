import { unwrap } from '@ply/bytes'
import { ExtendedKey, TESTNET_VERSIONS } from '@ply/crypto'
import { computeTxid, sats, SEQUENCE_FINAL, type Transaction, type Txid } from '@ply/primitives'
import { type DerivedOutput, SighashCache, STANDARD_SCRIPT_VERIFY_FLAGS, verifyInput } from '@ply/script'
import { SeededEntropy } from '@ply/testkit'
import { expect } from 'vitest'
import { extractTransaction, finalizePsbt } from '../psbt/finalizePsbt.ts'
import { createPsbt, decodePsbt, encodePsbt, type Psbt } from '../psbt/psbt.ts'
import { setDerivedInput, setDerivedOutput } from '../psbt/updateFromDescriptor.ts'
import { setNonWitnessUtxo, setWitnessUtxo, updatePsbtInput, updatePsbtOutput } from '../psbt/updatePsbt.ts'

/** Master keys; cases name them by their letters. */
export const MASTERS: Readonly<Record<string, string>> = Object.fromEntries(
  ['A', 'B', 'C'].map((name, i) => [name, ExtendedKey.fromSeed(new Uint8Array(32).fill(i + 1), TESTNET_VERSIONS).xprv]),
)
export const fill = (text: string): string => text.replace(/\b[ABC]\b/g, (name) => MASTERS[name]!)
export const entropy = new SeededEntropy(174)

export const read = (psbt: Psbt): Psbt => unwrap(decodePsbt(encodePsbt(psbt)))

/** A transaction that pays to the output, and a PSBT that spends it to another output of the same kind. */
export function create(
  spent: DerivedOutput,
  change: DerivedOutput,
  { sequence = SEQUENCE_FINAL, lockTime = 0 }: { readonly sequence?: number; readonly lockTime?: number } = {},
): Psbt {
  const input = { scriptSig: new Uint8Array(0), sequence, witness: [] }
  const previous: Transaction = {
    version: 2,
    inputs: [{ ...input, prevout: { txid: new Uint8Array(32).fill(9) as Txid, index: 0 } }],
    outputs: [{ value: sats(50_000), scriptPubKey: spent.scriptPubKey }],
    lockTime: 0,
  }
  const psbt = createPsbt({
    version: 2,
    inputs: [{ ...input, prevout: { txid: computeTxid(previous), index: 0 } }],
    outputs: [{ value: sats(49_000), scriptPubKey: change.scriptPubKey }],
    lockTime,
  })
  const updated = updatePsbtInput(psbt, 0, (map) =>
    setDerivedInput(setNonWitnessUtxo(setWitnessUtxo(map, previous.outputs[0]!), previous), spent),
  )
  return updatePsbtOutput(updated, 0, (map) => setDerivedOutput(map, change))
}

/** Finalizes, extracts, and asks the interpreter. */
export function checkTransaction(psbt: Psbt, spent: DerivedOutput): void {
  const { psbt: final, incomplete } = finalizePsbt(psbt)
  expect([...incomplete]).toEqual([])
  const tx = unwrap(extractTransaction(read(final)))
  const cache = new SighashCache(tx, [{ value: sats(50_000), scriptPubKey: spent.scriptPubKey }])
  expect(verifyInput({ cache, inputIndex: 0, flags: STANDARD_SCRIPT_VERIFY_FLAGS })).toMatchObject({ ok: true })
}

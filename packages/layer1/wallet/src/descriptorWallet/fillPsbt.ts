import { err, ok, type Result } from '@ply/bytes'
import type { Entropy } from '@ply/ports'
import type { Transaction, TxOutput, Txid } from '@ply/primitives'
import { classifyOutput, type DerivedOutput } from '@ply/script'
import { dropUnneededTransactions } from '../psbt/dropTransactions.ts'
import { INPUT } from '../psbt/fieldType.ts'
import { finalizePsbtInput } from '../psbt/finalizePsbt.ts'
import { signMusig2Input } from '../psbt/musig2/signMusig2.ts'
import { nonWitnessUtxo, type Psbt, psbtPrevout } from '../psbt/psbt.ts'
import { type PsbtMap, psbtValue, sortPsbtMap } from '../psbt/psbtMap.ts'
import { chooseSighash, noteSighash } from '../psbt/chooseSighash.ts'
import { psbtSighashType, signPsbtInput } from '../psbt/signPsbt.ts'
import { sortPsbtInput } from '../psbt/sortInput.ts'
import { setDerivedInput, setDerivedOutput } from '../psbt/updateFromDescriptor.ts'
import { isPsbtVerified } from '../psbt/verifyPsbt.ts'
import { setNonWitnessUtxo, setWitnessUtxo, updatePsbtInput, updatePsbtOutput } from '../psbt/updatePsbt.ts'
import type { DescriptorWallet } from './descriptorWallet.ts'
import { signingKeys } from './signingKeys.ts'

export interface FillOptions {
  readonly sign: boolean
  /** Sighash type to sign with; by default that of the map, or the whole transaction. */
  readonly sighashType?: number
  readonly finalize: boolean
  /** Names the wallet's keys in the maps. */
  readonly bip32Derivs: boolean
  readonly entropy: Entropy
  /** Transactions that the wallet does not have: of the mempool or the index. */
  findTransaction?(txid: Txid): Transaction | undefined
}

export type FillError = 'sighash-mismatch' | 'missing-inputs'

const isFinal = (psbt: Psbt, index: number): boolean => {
  const map = psbt.inputs[index]!
  return psbtValue(map, INPUT.finalScriptSig) !== undefined || psbtValue(map, INPUT.finalScriptWitness) !== undefined
}

const isSegwit = (output: TxOutput, redeemScript: Uint8Array | undefined): boolean =>
  classifyOutput(redeemScript ?? output.scriptPubKey).type.startsWith('witness_')

/** Puts what an input spends into its map, as far as the wallet knows it. */
function addUtxo(wallet: DescriptorWallet, psbt: Psbt, index: number, options: FillOptions): Psbt {
  const map = psbt.inputs[index]!
  const { prevout } = psbt.tx.inputs[index]!
  const parent =
    nonWitnessUtxo(map) ?? wallet.ledger.recordOf(prevout.txid)?.tx ?? options.findTransaction?.(prevout.txid)
  const output = parent?.outputs[prevout.index] ?? psbtPrevout(psbt, index)
  if (!output) return psbt
  let next = psbt
  if (parent) next = updatePsbtInput(next, index, (each) => setNonWitnessUtxo(each, parent))
  const redeemScript = wallet.solve(output.scriptPubKey)?.redeemScript ?? psbtValue(map, INPUT.redeemScript)
  if (isSegwit(output, redeemScript)) next = updatePsbtInput(next, index, (each) => setWitnessUtxo(each, output))
  return next
}

function signInput(wallet: DescriptorWallet, psbt: Psbt, index: number, options: FillOptions): Psbt {
  const output = psbtPrevout(psbt, index)
  if (!output) return psbt
  let signed = psbt
  const keys = signingKeys(wallet, psbt.inputs[index]!, output.scriptPubKey)
  const asked = options.sighashType ?? psbtSighashType(psbt.inputs[index]!)
  const signing = { entropy: options.entropy, ...(asked !== undefined && { acceptedHashTypes: [asked] }) }
  for (const key of keys) {
    const result = signPsbtInput(signed, index, { ...key, ...signing })
    if (result.ok) signed = result.value
  }
  return signMusig2Input(signed, index, { keys, secretNonces: wallet.secretNonces, ...signing })
}

/**
 * True where a signature needs the whole transaction that it spends of and the map has none. Bitcoin Core tells such an
 * input nothing: whoever got its scripts and keys would only be tempted to sign an amount that nobody proved.
 */
const lacksProof = (map: PsbtMap, output: TxOutput, { redeemScript }: DerivedOutput): boolean =>
  !nonWitnessUtxo(map) && !isSegwit(output, redeemScript)

/** Puts what the wallet knows of an input into its map. */
function updateInput(wallet: DescriptorWallet, psbt: Psbt, index: number, options: FillOptions): Psbt {
  const output = psbtPrevout(psbt, index)
  const derived = output && wallet.solve(output.scriptPubKey)
  let next = psbt
  if (derived && !lacksProof(psbt.inputs[index]!, output, derived)) {
    next = updatePsbtInput(next, index, (map) => setDerivedInput(map, derived, { origins: options.bip32Derivs }))
  }
  return output ? noteSighash(next, index, output.scriptPubKey, options.sighashType) : next
}

function updateOutputs(wallet: DescriptorWallet, psbt: Psbt): Psbt {
  return psbt.tx.outputs.reduce((next, output, index) => {
    const derived = wallet.solve(output.scriptPubKey)
    return derived ? updatePsbtOutput(next, index, (map) => setDerivedOutput(map, derived)) : next
  }, psbt)
}

/** The roles of BIP 174 that a wallet plays, as Bitcoin Core's `FillPSBT`: Updater, Signer and Finalizer. */
export function fillPsbt(
  wallet: DescriptorWallet,
  psbt: Psbt,
  options: FillOptions,
): Result<{ readonly psbt: Psbt; readonly complete: boolean }, FillError> {
  const open = [...psbt.tx.inputs.keys()].filter((index) => !isFinal(psbt, index))
  // A taproot signature commits to what all inputs spend (BIP 341): that must be there before the first one is signed.
  let next = open.reduce((current, index) => addUtxo(wallet, current, index, options), psbt)
  const agrees = (index: number): boolean => {
    const output = psbtPrevout(next, index)
    return !output || chooseSighash(next.inputs[index]!, output.scriptPubKey, options.sighashType).ok
  }
  if (!open.every(agrees)) return err('sighash-mismatch')
  for (const index of open) {
    next = updateInput(wallet, next, index, options)
    if (options.sign) next = signInput(wallet, next, index, options)
  }
  for (const index of options.finalize ? open : []) {
    const final = finalizePsbtInput(next, index)
    if (final.ok) next = final.value
  }
  if (options.bip32Derivs) next = updateOutputs(wallet, next)
  const complete = isPsbtVerified(next)
  return ok({ psbt: sortPsbt(dropUnneededTransactions(next)), complete })
}

const sortPsbt = (psbt: Psbt): Psbt => ({
  ...psbt,
  inputs: psbt.inputs.map(sortPsbtInput),
  outputs: psbt.outputs.map(sortPsbtMap),
})

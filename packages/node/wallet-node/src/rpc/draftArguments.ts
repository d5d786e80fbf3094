import { checkLockTime, checkVersion, readInputs } from '@ply/layer1-node'
import { expectArray, expectBoolean, expectObject, type Json, type JsonObject } from '@ply/rpc'
import type { NodeWallet } from '../nodeWallet.ts'
import { invalidParameter } from '../walletError.ts'
import type { Draft } from './fundingOptions.ts'
import { asInteger, optionOf } from './options.ts'
import { readRecipients } from './transactionArguments.ts'

/** The lock time of an option; undefined where it is left out. */
export const readLockTime = (value: Json | undefined): number | undefined =>
  value === undefined ? undefined : checkLockTime(asInteger(value))

/** What a caller says of a transaction that is to be funded. */
export interface DraftArguments {
  readonly outputs: Json | undefined
  readonly inputs: Json | undefined
  readonly lockTime: Json | undefined
  readonly version: number
  readonly subtractFrom: Json | undefined
  readonly options: JsonObject
}

/** Weights that stand in the inputs become an option. */
function withInputWeights(options: JsonObject, inputs: readonly JsonObject[]): JsonObject {
  if (options['input_weights'] !== undefined) {
    throw invalidParameter('Input weights should be specified in inputs rather than in options.')
  }
  if (inputs.length === 0) return options
  return { ...options, input_weights: inputs.filter((input) => input['weight'] !== undefined) }
}

/** The draft, and the options that it is funded with. */
export function readDraft(
  { wallet, options: usual }: NodeWallet,
  { outputs, inputs: listed, lockTime: lock, version, subtractFrom, options }: DraftArguments,
): { readonly draft: Omit<Draft, 'overrideMinimum'>; readonly options: JsonObject } {
  const replaceable = optionOf(options, 'replaceable', expectBoolean) ?? usual.replaceable
  const recipients = readRecipients(outputs, wallet.network, subtractFrom)
  const lockTime = readLockTime(lock) ?? 0
  checkVersion(version)
  const given = listed === undefined ? [] : expectArray(listed)
  const inputs = readInputs(given, { replaceable, lockTime }).map(({ prevout, sequence }) => ({
    outpoint: prevout,
    sequence,
  }))
  const draft = { recipients, inputs, lockTime, version, addInputs: inputs.length === 0 }
  return { draft, options: withInputWeights(options, given.map(expectObject)) }
}

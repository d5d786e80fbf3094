import { expectArray, expectBoolean, expectObject, expectString } from '@ply/rpc'
import { decodeHex } from '@ply/bytes'
import { type OutPoint, outPointKey, type TxOutput } from '@ply/primitives'
import type { JsonObject } from '@ply/rpc'
import { deriveOutputs, expandMultipath, parseDescriptor, type DerivedOutput } from '@ply/script'
import {
  type CreatedPayment,
  EMPTY_INPUT_WEIGHT,
  MAX_STANDARD_TX_WEIGHT,
  maxTransactionWeight,
  type OutputType,
  type PresetInput,
  type Recipient,
  signedInputWeight,
} from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { pay } from '../spend/pay.ts'
import { invalidAddress, invalidParameter, walletError } from '../walletError.ts'
import { readOutputType } from './addresses.ts'
import { checkFeeRate, readFeeRateOf, feeValuesOf, paymentTerms, readFeeWish, readOldFeeRate } from './feeArguments.ts'
import { asInteger, checkOptions, member, optionOf } from './options.ts'
import { readAddress, readOutPoint } from './transactionArguments.ts'
import { asPublicKey, knownScripts } from './solvingData.ts'

const OPTION_TYPES = {
  add_inputs: 'bool',
  include_unsafe: 'bool',
  add_to_wallet: 'bool',
  changeAddress: 'string',
  change_address: 'string',
  changePosition: 'number',
  change_position: 'number',
  change_type: 'string',
  includeWatching: 'bool',
  include_watching: 'bool',
  inputs: 'array',
  lockUnspents: 'bool',
  lock_unspents: 'bool',
  locktime: 'number',
  fee_rate: 'any',
  feeRate: 'any',
  psbt: 'bool',
  solving_data: 'object',
  subtractFeeFromOutputs: 'array',
  subtract_fee_from_outputs: 'array',
  replaceable: 'bool',
  conf_target: 'number',
  estimate_mode: 'string',
  minconf: 'number',
  maxconf: 'number',
  input_weights: 'array',
  max_tx_weight: 'number',
  version: 'number',
} as const

/** A transaction that is to be funded. */
export interface Draft {
  readonly recipients: readonly Recipient[]
  readonly inputs: readonly PresetInput[]
  readonly lockTime: number | undefined
  readonly version: number
  /** May coins be added where the options do not say? */
  readonly addInputs: boolean
  /** A rate that was asked for counts as it is, also below the node's own bounds. */
  readonly overrideMinimum: boolean
}

/** The first of two names of an option that is there. */
const either = (options: JsonObject, name: string, old: string) => member(options, name) ?? member(options, old)

function readChange(options: JsonObject, owner: NodeWallet, recipients: number) {
  const address = either(options, 'change_address', 'changeAddress')
  const position = either(options, 'change_position', 'changePosition')
  // Null is refused here, not taken for nothing.
  const type = options['change_type']
  const changeScript =
    address === undefined
      ? undefined
      : readAddress(expectString(address), owner.wallet.network, 'Change address must be a valid bitcoin address')
  const changePosition = position === undefined ? undefined : asInteger(position)
  if (changePosition !== undefined && (changePosition < 0 || changePosition > recipients)) {
    throw invalidParameter('changePosition out of bounds')
  }
  if (type !== undefined && changeScript) {
    throw invalidParameter('Cannot specify both change address and address type options')
  }
  const changeType: OutputType | undefined =
    type === undefined ? owner.options.changeType : readOutputType(expectString(type), 'change')
  return {
    ...(changeScript && { changeScript }),
    ...(changePosition !== undefined && { changePosition }),
    ...(changeType && { changeType }),
  }
}

function readFilter(options: JsonObject) {
  const includeUnsafe = optionOf(options, 'include_unsafe', expectBoolean) ?? false
  const minDepth = optionOf(options, 'minconf', asInteger) ?? 0
  if (minDepth < 0) throw invalidParameter('Negative minconf')
  const maxDepth = optionOf(options, 'maxconf', asInteger)
  if (maxDepth !== undefined && maxDepth < minDepth) {
    throw invalidParameter(`maxconf can't be lower than minconf: ${maxDepth} < ${minDepth}`)
  }
  return { includeUnsafe, minDepth, ...(maxDepth !== undefined && { maxDepth }), includeUsed: true }
}

interface InputWeight {
  readonly outpoint: OutPoint
  readonly weight: number
}

/** Weights that the caller names, by the key of the outpoint. */
function readInputWeights(options: JsonObject): ReadonlyMap<string, InputWeight> {
  const weights = new Map<string, InputWeight>()
  for (const value of optionOf(options, 'input_weights', expectArray) ?? []) {
    const outpoint = readOutPoint(value)
    const given = member(expectObject(value), 'weight')
    if (typeof given !== 'number') throw invalidParameter('Invalid parameter, missing weight key')
    const weight = asInteger(given)
    if (weight < EMPTY_INPUT_WEIGHT + 1) {
      throw invalidParameter(
        'Invalid parameter, weight cannot be less than 165 (41 bytes (size of outpoint + sequence + empty scriptSig) * 4 (witness scaling factor)) + 1 (empty witness)',
      )
    }
    if (weight > MAX_STANDARD_TX_WEIGHT) {
      throw invalidParameter(
        `Invalid parameter, weight cannot be greater than the maximum standard tx weight of ${MAX_STANDARD_TX_WEIGHT}`,
      )
    }
    weights.set(outPointKey(outpoint), { outpoint, weight })
  }
  return weights
}

/** Keys, scripts and descriptors that tell how an input of somebody else's is signed. */
function readSolvingData(options: JsonObject, owner: NodeWallet): (script: Uint8Array) => Partial<DerivedOutput> {
  const data = optionOf(options, 'solving_data', expectObject) ?? {}
  const publicKeys = (optionOf(data, 'pubkeys', expectArray) ?? []).map((key) => asPublicKey(expectString(key)))
  const scripts = (optionOf(data, 'scripts', expectArray) ?? []).map((value) => {
    const text = expectString(value)
    const script = decodeHex(text)
    if (!script.ok) throw invalidAddress(`'${text}' is not hex`)
    return script.value
  })
  const outputs = (optionOf(data, 'descriptors', expectArray) ?? []).flatMap((value) => {
    const text = expectString(value)
    const parsed = parseDescriptor(text, owner.wallet.network, { requireChecksum: true })
    if (!parsed.ok) throw invalidParameter(`Unable to parse descriptor '${text}': ${parsed.error.message}`)
    return expandMultipath(parsed.value).flatMap((descriptor) => {
      const derived = deriveOutputs(descriptor, 0)
      return derived.ok ? derived.value : []
    })
  })
  return knownScripts({ publicKeys, scripts, outputs })
}

async function outputOf({ node }: NodeWallet, outpoint: OutPoint): Promise<TxOutput | undefined> {
  return (await node.mempool.findOutput(outpoint))?.output
}

/** Inputs with what is known of their outputs and sizes; error -4 for one that nobody knows. */
async function resolveInputs(
  owner: NodeWallet,
  inputs: readonly PresetInput[],
  options: JsonObject,
): Promise<PresetInput[]> {
  const weights = readInputWeights(options)
  const named = new Set(inputs.map(({ outpoint }) => outPointKey(outpoint)))
  // A weight that nobody asked the input for chooses that input, too.
  const chosen = [...weights.values()].map(({ outpoint }) => ({ outpoint }))
  const others = chosen.filter(({ outpoint }) => !named.has(outPointKey(outpoint)))
  const solve = readSolvingData(options, owner)
  const resolved: PresetInput[] = []
  for (const input of [...inputs, ...others]) {
    const weight = weights.get(outPointKey(input.outpoint))?.weight
    const known = weight === undefined ? input : { ...input, weight }
    if (owner.wallet.ownOutput(input.outpoint)) {
      resolved.push(known)
      continue
    }
    const output = await outputOf(owner, input.outpoint)
    if (!output) throw walletError('Unable to find UTXO for external input')
    const solved = weight ?? signedInputWeight(output.scriptPubKey, solve(output.scriptPubKey))
    resolved.push({ ...known, output, ...(solved !== undefined && { weight: solved }) })
  }
  return resolved
}

function maxWeightOf(options: JsonObject, version: number): { readonly maxWeight?: number } {
  const given = optionOf(options, 'max_tx_weight', asInteger)
  const limit = maxTransactionWeight(version, false)
  if (limit < MAX_STANDARD_TX_WEIGHT) return { maxWeight: Math.min(given ?? limit, limit) }
  return given === undefined ? {} : { maxWeight: given }
}

/** Adds inputs and change to a transaction; Bitcoin Core's `FundTransaction`. */
export async function fundDraft(owner: NodeWallet, draft: Draft, options: JsonObject): Promise<CreatedPayment> {
  checkOptions(options, OPTION_TYPES)
  const addInputs = optionOf(options, 'add_inputs', expectBoolean) ?? draft.addInputs
  const change = readChange(options, owner, draft.recipients.length)
  const lockUnspents = either(options, 'lock_unspents', 'lockUnspents')
  const old = readOldFeeRate(options)
  const replaceable = optionOf(options, 'replaceable', expectBoolean) ?? owner.options.replaceable
  const filter = readFilter(options)
  const wish = old ?? readFeeWish(feeValuesOf(options), draft.overrideMinimum)
  const inputs = await resolveInputs(owner, draft.inputs, options)
  if (draft.recipients.length === 0) throw invalidParameter('TX must have at least one output')
  const tooLow = checkFeeRate(owner, wish)
  if (tooLow !== undefined) throw walletError(tooLow)
  const created = pay(owner, {
    ...paymentTerms(owner, readFeeRateOf(owner, wish)),
    recipients: draft.recipients,
    inputs,
    addInputs,
    replaceable,
    filter,
    version: draft.version,
    ...change,
    ...maxWeightOf(options, draft.version),
    ...(draft.lockTime !== undefined && { lockTime: draft.lockTime }),
  })
  if (!created.ok) throw walletError(created.error)
  if (lockUnspents !== undefined && expectBoolean(lockUnspents)) {
    for (const { prevout } of created.value.tx.inputs) owner.wallet.lock(prevout, false)
  }
  return created.value
}

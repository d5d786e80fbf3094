import { bytesToHex } from '@ply/bytes'
import {
  decodeAddress,
  type NetworkParameters,
  sats,
  SEQUENCE_FINAL,
  type Transaction,
  type TxInput,
  type TxOutput,
  type Txid,
} from '@ply/primitives'
import {
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  parseHash,
  parseHexBytes,
  repeatedMember,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  expectArray,
  expectInteger,
  expectObject,
  expectString,
} from '@ply/rpc'
import { createScript, OP_RETURN } from '@ply/script'
import { readAmount } from './amount.ts'

/** BIP 125: the highest sequence that says an input may be replaced. */
const MAX_REPLACEABLE_SEQUENCE = SEQUENCE_FINAL - 2
/** Versions that are relayed. */
const [MIN_VERSION, MAX_VERSION] = [1, 3]
const MAX_UINT32 = 0xffffffff
const SAFE_INTEGERS = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const
const EMPTY = new Uint8Array(0)

function refuse(message: string): never {
  throw new RpcError(RPC_ERROR.invalidParameter, `Invalid parameter, ${message}`)
}

/** Where neither is said, inputs may be replaced. */
function defaultSequence(lockTime: number, replaceable: boolean | undefined): number {
  if (replaceable ?? true) return MAX_REPLACEABLE_SEQUENCE
  return lockTime === 0 ? SEQUENCE_FINAL : SEQUENCE_FINAL - 1
}

function readInput(value: Json, otherwise: number): TxInput {
  const input = expectObject(value)
  const txid = parseHash(expectString(input['txid']), 'txid') as Txid
  const { vout, sequence } = input
  if (!isJsonNumber(vout)) return refuse('missing vout key')
  const index = expectInteger(vout, [-0x80000000, 0x7fffffff])
  if (index < 0) refuse('vout cannot be negative')
  const chosen = isJsonNumber(sequence) ? expectInteger(sequence, SAFE_INTEGERS) : otherwise
  if (chosen < 0 || chosen > MAX_UINT32) refuse('sequence number is out of range')
  return { prevout: { txid, index }, scriptSig: EMPTY, sequence: chosen, witness: [] }
}

/** Names and values of outputs, from an object or a list of objects of one member each. */
export function listOutputs(value: Json | undefined): (readonly [name: string, value: Json])[] {
  if (value === undefined || value === null) return refuse('output argument must be non-null')
  if (isJsonObject(value)) {
    const repeated = repeatedMember(value)
    if (repeated !== undefined) refuseRepeated(repeated)
    return Object.entries(value)
  }
  return expectArray(value).flatMap((item) => {
    if (!isJsonObject(item)) return refuse('key-value pair not an object as expected')
    const members: JsonObject = item
    if (Object.keys(members).length !== 1) refuse('key-value pair must contain exactly one key')
    return Object.entries(members)
  })
}

function refuseRepeated(name: string): never {
  return refuse(name === 'data' ? 'duplicate key: data' : `duplicated address: ${name}`)
}

function readOutput(name: string, value: Json, network: NetworkParameters): TxOutput {
  if (name === 'data') {
    // A number stands for its digits.
    const data = parseHexBytes(isJsonNumber(value) ? String(value) : value, 'Data')
    return { value: sats(0), scriptPubKey: createScript([OP_RETURN, data]) }
  }
  const amount = readAmount(value)
  const script = decodeAddress(name, network)
  if (!script.ok) throw new RpcError(RPC_ERROR.invalidAddressOrKey, `Invalid Bitcoin address: ${name}`)
  return { value: amount, scriptPubKey: script.value }
}

/** The outputs of {@link listOutputs}; no address may stand there twice. */
export function readOutputs(listed: readonly (readonly [string, Json])[], network: NetworkParameters): TxOutput[] {
  const seen = new Set<string>()
  return listed.map(([name, amount]) => {
    const output = readOutput(name, amount, network)
    const id = name === 'data' ? name : bytesToHex(output.scriptPubKey)
    if (seen.has(id)) refuseRepeated(name)
    seen.add(id)
    return output
  })
}

export function checkLockTime(lockTime: number): number {
  return lockTime < 0 || lockTime > MAX_UINT32 ? refuse('locktime out of range') : lockTime
}

export function checkVersion(version: number): number {
  if (version >= MIN_VERSION && version <= MAX_VERSION) return version
  return refuse(`version out of range(${MIN_VERSION}~${MAX_VERSION})`)
}

/** Inputs without scripts; where a sequence is not given, it follows from the lock time and whether others may come in their place. */
export function readInputs(
  listed: readonly Json[],
  { lockTime, replaceable }: { readonly lockTime: number; readonly replaceable: boolean | undefined },
): TxInput[] {
  const sequence = defaultSequence(lockTime, replaceable)
  return listed.map((input) => readInput(input, sequence))
}

/** Error -8 where inputs are to say that they may be replaced, and their sequences do not. */
export function checkReplaceable(inputs: readonly TxInput[], replaceable: boolean | undefined): void {
  const signals = inputs.some((input) => input.sequence <= MAX_REPLACEABLE_SEQUENCE)
  if (!replaceable || inputs.length === 0 || signals) return
  const message = 'Invalid parameter combination: Sequence number(s) contradict replaceable option'
  throw new RpcError(RPC_ERROR.invalidParameter, message)
}

/** The transaction of the arguments `inputs`, `outputs`, `locktime`, `replaceable` and `version`, unsigned. */
export function constructTransaction(args: RpcArguments, network: NetworkParameters): Transaction {
  const given = args.integerWithin('version', [0, MAX_UINT32])
  const lockTime = checkLockTime(args.integerWithin('locktime', SAFE_INTEGERS))
  const replaceable = args.has('replaceable') ? args.boolean('replaceable') : undefined
  const version = checkVersion(given)
  const inputs = readInputs(args.array('inputs', []), { lockTime, replaceable })
  const outputs = readOutputs(listOutputs(args.value('outputs')), network)
  checkReplaceable(inputs, replaceable)
  return { version, inputs, outputs, lockTime }
}

import { decodeExact, decodeHex } from '@ply/bytes'
import {
  decodeAddress,
  decodeTransaction,
  type NetworkParameters,
  readTransaction as decodeLegacy,
  SEQUENCE_FINAL,
  SEQUENCE_REPLACEABLE,
  type Transaction,
  type Txid,
} from '@ply/primitives'
import {
  isJsonObject,
  type Json,
  jsonTypeName,
  parseBtcAmount,
  parseHash,
  parseHexBytes,
  RPC_ERROR,
  RpcError,
} from '@ply/rpc'
import { createScript, OP_RETURN } from '@ply/script'
import type { PresetInput, Recipient } from '@ply/wallet'
import { invalidAddress, invalidParameter } from '../walletError.ts'
import { asArray, asInteger, asObject, member } from './options.ts'

/** Bitcoins of a JSON value, in satoshi; error -3. */
export function readAmount(value: Json): bigint {
  const amount = parseBtcAmount(value)
  if (!amount.ok) throw new RpcError(RPC_ERROR.type, amount.error)
  return amount.value
}

/** The output script of an address, or error -5. */
export function readAddress(
  text: string,
  network: NetworkParameters,
  message = `Invalid Bitcoin address: ${text}`,
): Uint8Array {
  const script = decodeAddress(text, network)
  if (!script.ok) throw invalidAddress(message)
  return script.value
}

const undecodable = (message: string): RpcError => new RpcError(RPC_ERROR.deserialization, message)

/** A transaction in hexadecimal; error -22. */
export function readTransaction(text: string): Transaction {
  const bytes = decodeHex(text)
  const decoded = bytes.ok ? decodeTransaction(bytes.value) : bytes
  if (!decoded.ok) throw undecodable('TX decode failed. Make sure the tx has at least one input.')
  return decoded.value
}

/** As {@link readTransaction}, also one without inputs, which looks like the beginning of a segwit transaction. */
export function readDraft(text: string, message: string): Transaction {
  const bytes = decodeHex(text)
  if (!bytes.ok) throw undecodable(message)
  const decoded = decodeTransaction(bytes.value)
  if (decoded.ok) return decoded.value
  const legacy = decodeExact(bytes.value, (reader) => decodeLegacy(reader, false))
  if (!legacy.ok) throw undecodable(message)
  return legacy.value
}

/** Outputs by address (or `data`), from an object or a list of objects with one member each. */
export function normalizeOutputs(value: Json): readonly (readonly [name: string, value: Json])[] {
  if (value === null) throw invalidParameter('Invalid parameter, output argument must be non-null')
  if (isJsonObject(value)) return Object.entries(value)
  return asArray(value).map((output) => {
    if (!isJsonObject(output)) {
      throw invalidParameter('Invalid parameter, key-value pair not an object as expected')
    }
    const [entry, ...others] = Object.entries(output)
    if (!entry || others.length > 0) {
      throw invalidParameter('Invalid parameter, key-value pair must contain exactly one key')
    }
    return entry
  })
}

/** The recipients of {@link normalizeOutputs}; `subtractFrom` are places whose outputs pay the fee. */
export function readRecipients(
  outputs: readonly (readonly [string, Json])[],
  network: NetworkParameters,
  subtractFrom: ReadonlySet<number> = new Set(),
): Recipient[] {
  const seen = new Set<string>()
  return outputs.map(([name, value], index) => {
    const subtractFee = subtractFrom.has(index)
    if (name === 'data') {
      if (seen.has(name)) throw invalidParameter('Invalid parameter, duplicate key: data')
      seen.add(name)
      const data = parseHexBytes(typeof value === 'number' ? String(value) : value, 'Data')
      return { scriptPubKey: createScript([OP_RETURN, data]), value: 0n, subtractFee }
    }
    const decoded = decodeAddress(name, network)
    const amount = readAmount(value)
    if (!decoded.ok) throw invalidAddress(`Invalid Bitcoin address: ${name}`)
    const id = String(decoded.value)
    if (seen.has(id)) throw invalidParameter(`Invalid parameter, duplicated address: ${name}`)
    seen.add(id)
    return { scriptPubKey: decoded.value, value: amount, subtractFee }
  })
}

const SUBTRACT = "Invalid parameter 'subtract fee from output', "

/** Places of the outputs that pay the fee, named by place or by address. */
export function readSubtractFrom(value: Json | undefined, names: readonly string[]): ReadonlySet<number> {
  const places = new Set<number>()
  for (const each of value === undefined ? [] : asArray(value)) {
    let place: number
    if (typeof each === 'string') {
      place = names.indexOf(each)
      if (place < 0) throw invalidParameter(`${SUBTRACT}destination ${each} not found in tx outputs`)
    } else if (typeof each === 'number') {
      place = asInteger(each)
    } else {
      throw invalidParameter(`${SUBTRACT}invalid value type: ${jsonTypeName(each)}`)
    }
    if (places.has(place)) throw invalidParameter(`${SUBTRACT}duplicated position: ${place}`)
    if (place < 0) throw invalidParameter(`${SUBTRACT}negative position: ${place}`)
    if (place >= names.length) throw invalidParameter(`${SUBTRACT}position too large: ${place}`)
    places.add(place)
  }
  return places
}

const MAX_LOCKTIME = 0xffffffff

export function readLockTime(value: Json | undefined): number | undefined {
  if (value === undefined) return undefined
  const lockTime = asInteger(value)
  if (lockTime < 0 || lockTime > MAX_LOCKTIME) throw invalidParameter('Invalid parameter, locktime out of range')
  return lockTime
}

export function checkVersion(version: number): void {
  if (version < 1 || version > 3) throw invalidParameter('Invalid parameter, version out of range(1~3)')
}

/** An outpoint of an object with `txid` and `vout`. */
export function readOutPoint(value: Json): { readonly txid: Txid; readonly index: number } {
  const object = asObject(value)
  const txid = parseHash(object['txid'] ?? null, 'txid') as Txid
  const vout = object['vout']
  if (typeof vout !== 'number') throw invalidParameter('Invalid parameter, missing vout key')
  const index = asInteger(vout)
  if (index < 0) throw invalidParameter('Invalid parameter, vout cannot be negative')
  return { txid, index }
}

/** Inputs of `createrawtransaction` and its like. */
export function readInputs(
  value: Json | undefined,
  { replaceable, lockTime }: { readonly replaceable: boolean; readonly lockTime: number | undefined },
): PresetInput[] {
  const usual = replaceable ? SEQUENCE_REPLACEABLE : lockTime ? SEQUENCE_FINAL - 1 : SEQUENCE_FINAL
  const inputs = (value === undefined ? [] : asArray(value)).map((each) => {
    const outpoint = readOutPoint(each)
    const given = member(asObject(each), 'sequence')
    const sequence = typeof given === 'number' ? given : usual
    if (!Number.isInteger(sequence) || sequence < 0 || sequence > SEQUENCE_FINAL) {
      throw invalidParameter('Invalid parameter, sequence number is out of range')
    }
    return { outpoint, sequence }
  })
  if (replaceable && inputs.length > 0 && inputs.every(({ sequence }) => sequence > SEQUENCE_REPLACEABLE)) {
    throw invalidParameter('Invalid parameter combination: Sequence number(s) contradict replaceable option')
  }
  return inputs
}

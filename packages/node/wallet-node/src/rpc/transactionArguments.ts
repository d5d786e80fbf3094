import { listOutputs, readOutputs } from '@ply/layer1-node'
import { decodeAddress, type NetworkParameters, type OutPoint, type Txid } from '@ply/primitives'
import { expectArray, expectObject, type Json, jsonTypeName, parseHash } from '@ply/rpc'
import type { Recipient } from '@ply/wallet'
import { invalidAddress, invalidParameter } from '../walletError.ts'
import { asInteger } from './options.ts'

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

/** Who is paid by `outputs`; the fee is taken from the places or addresses that `subtractFrom` names. */
export function readRecipients(
  outputs: Json | undefined,
  network: NetworkParameters,
  subtractFrom?: Json,
): Recipient[] {
  const listed = listOutputs(outputs)
  const names = listed.map(([name]) => name)
  const payers = readSubtractFrom(subtractFrom, names)
  return readOutputs(listed, network).map((output, index) => ({ ...output, subtractFee: payers.has(index) }))
}

const SUBTRACT = "Invalid parameter 'subtract fee from output', "

/** Places of the outputs that pay the fee, named by place or by address. */
export function readSubtractFrom(value: Json | undefined, names: readonly string[]): ReadonlySet<number> {
  const places = new Set<number>()
  for (const each of value === undefined ? [] : expectArray(value)) {
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

/** An outpoint of an object with `txid` and `vout`. */
export function readOutPoint(value: Json): OutPoint {
  const object = expectObject(value)
  const txid = parseHash(object['txid'] ?? null, 'txid') as Txid
  const vout = object['vout']
  if (typeof vout !== 'number') throw invalidParameter('Invalid parameter, missing vout key')
  const index = asInteger(vout)
  if (index < 0) throw invalidParameter('Invalid parameter, vout cannot be negative')
  return { txid, index }
}

import { decodeHex } from '@ply/bytes'
import {
  type BlockHash,
  decodeAddress,
  decodeDisplayHash,
  type NetworkParameters,
  NETWORKS,
  type Txid,
} from '@ply/primitives'
import { type JsonOutput, stringifyJson } from '@ply/rpc'
import { computeScriptHash } from '../addressIndex/rows.ts'

/** An answer other than 200, with a sentence for people. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: 400 | 404
  constructor(status: 400 | 404, message: string) {
    super(message)
    this.status = status
  }
}

export const notFound = (what: string): HttpError => new HttpError(404, `${what} not found`)

const answer = (body: string | Uint8Array<ArrayBuffer>, type: string): Response =>
  new Response(body, { headers: { 'Content-Type': type } })

export const json = (value: JsonOutput): Response => answer(stringifyJson(value), 'application/json')
export const text = (value: string | number): Response => answer(String(value), 'text/plain')
export const binary = (value: Uint8Array): Response => answer(value.slice(), 'application/octet-stream')

function readHash(hex: string): Uint8Array {
  const hash = decodeDisplayHash(hex)
  if (!hash.ok) throw new HttpError(400, 'Invalid hex string')
  return hash.value
}

export const readTxid = (hex: string): Txid => readHash(hex) as Txid
export const readBlockHash = (hex: string): BlockHash => readHash(hex) as BlockHash

/** A decimal number from a URL, or `otherwise`. */
export function readNumber(digits: string, otherwise?: number): number {
  if (/^\d{1,9}$/.test(digits)) return Number(digits)
  if (otherwise === undefined) throw new HttpError(400, 'Invalid number')
  return otherwise
}

function addressRefusal(name: string, network: NetworkParameters): string {
  const others = Object.values(NETWORKS).filter((other) => other !== network)
  const isOther = others.some((other) => decodeAddress(name, other).ok)
  return isOther ? 'Address on invalid network' : 'Invalid Bitcoin address'
}

/** The script hash that `address` or `scripthash` in a URL stands for. */
export function readScriptHash(kind: string, name: string, network: NetworkParameters): Uint8Array {
  if (kind === 'scripthash') {
    const bytes = decodeHex(name)
    if (!bytes.ok) throw new HttpError(400, 'Invalid hex string')
    if (bytes.value.length !== 32) throw new HttpError(400, 'Invalid scripthash')
    return bytes.value
  }
  const script = decodeAddress(name, network)
  if (!script.ok) throw new HttpError(400, addressRefusal(name, network))
  return computeScriptHash(script.value)
}

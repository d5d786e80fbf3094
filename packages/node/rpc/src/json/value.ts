import { formatBtc, type Sats } from '@ply/primitives'

/**
 * A number as its digits: what JavaScript's own numbers would round. Amounts go out as one, and what comes in with
 * a fraction, an exponent or more than 53 bits comes in as one.
 */
export class RawNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** JSON that is written already: it goes out as it stands. */
export class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** JSON as this package reads it. */
export type Json = null | boolean | number | string | RawNumber | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** What may be written: as {@link Json}, with bigint for integers, `undefined` for members to leave out, and text. */
export type JsonOutput =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | RawNumber
  | JsonText
  | readonly JsonOutput[]
  | { readonly [name: string]: JsonOutput }

/** An amount as Bitcoin Core prints it: bitcoins with exactly eight decimals. */
export const btcAmount = (amount: Sats | bigint): RawNumber => new RawNumber(formatBtc(amount))

/** Bitcoin Core's word for the type of a value. */
export function jsonTypeName(value: Json): 'null' | 'bool' | 'number' | 'string' | 'array' | 'object' {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (isJsonNumber(value)) return 'number'
  if (typeof value === 'string') return 'string'
  return Array.isArray(value) ? 'array' : 'object'
}

export const isJsonNumber = (value: Json | undefined): value is number | RawNumber =>
  typeof value === 'number' || value instanceof RawNumber

export function isJsonObject(value: Json): value is JsonObject {
  return jsonTypeName(value) === 'object'
}

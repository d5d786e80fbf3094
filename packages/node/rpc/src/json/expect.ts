import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { isJsonNumber, isJsonObject, type Json, type JsonObject, jsonTypeName, RawNumber } from './value.ts'

function refuse(value: Json | undefined, expected: string): never {
  const actual = jsonTypeName(value ?? null)
  throw new RpcError(RPC_ERROR.type, `JSON value of type ${actual} is not of expected type ${expected}`)
}

// Values of a certain type, inside arguments or as one: anything else is error -3 in Bitcoin Core's words.

export const expectObject = (value: Json | undefined): JsonObject =>
  value !== undefined && isJsonObject(value) ? value : refuse(value, 'object')

export const expectArray = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : refuse(value, 'array')

export const expectString = (value: Json | undefined): string =>
  typeof value === 'string' ? value : refuse(value, 'string')

export const expectBoolean = (value: Json | undefined): boolean =>
  typeof value === 'boolean' ? value : refuse(value, 'bool')

const INT64 = [-(1n << 63n), (1n << 63n) - 1n] as const

/** A whole number of 64 bits; one with a fraction or an exponent is out of range. */
export function expectInt64(value: Json | undefined): bigint {
  if (!isJsonNumber(value)) refuse(value, 'number')
  const text = String(value)
  const integer = /^-?\d+$/.test(text) ? BigInt(text) : undefined
  if (integer === undefined || integer < INT64[0] || integer > INT64[1]) throw outOfRange()
  return integer
}

const outOfRange = (): RpcError => new RpcError(RPC_ERROR.misc, 'JSON integer out of range')

/** A whole number; one with a fraction or an exponent is out of range. */
export function expectInteger(value: Json | undefined, [low, high]: readonly [number, number]): number {
  if (jsonTypeName(value ?? null) !== 'number') refuse(value, 'number')
  const integer = value instanceof RawNumber && value.text === '-0' ? 0 : value
  if (typeof integer !== 'number' || integer < low || integer > high) {
    throw outOfRange()
  }
  return integer
}

import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { isJsonObject, type Json, type JsonObject, jsonTypeName } from './value.ts'

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

/** A whole number; one with a fraction or an exponent is out of range. */
export function expectInteger(value: Json | undefined, [low, high]: readonly [number, number]): number {
  if (jsonTypeName(value ?? null) !== 'number') refuse(value, 'number')
  if (typeof value !== 'number' || value < low || value > high) {
    throw new RpcError(RPC_ERROR.misc, 'JSON integer out of range')
  }
  return value
}

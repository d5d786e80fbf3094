import { type Json, type JsonObject, jsonTypeName, RPC_ERROR, RpcError } from '@ply/rpc'

/** JSON types of an object's members; `any` is checked by who reads it. */
export type OptionTypes = Readonly<Record<string, 'bool' | 'number' | 'string' | 'array' | 'object' | 'any'>>

/** Error -3 for a member that has another type, and unless others are welcome for one that is none of `types`. */
export function checkOptions(options: JsonObject, types: OptionTypes, { strict = true } = {}): void {
  for (const [name, type] of Object.entries(types)) {
    const value = options[name]
    if (value === undefined || value === null || type === 'any' || jsonTypeName(value) === type) continue
    throw new RpcError(
      RPC_ERROR.type,
      `JSON value of type ${jsonTypeName(value)} for field ${name} is not of expected type ${type}`,
    )
  }
  for (const name of strict ? Object.keys(options) : []) {
    if (!(name in types)) throw new RpcError(RPC_ERROR.type, `Unexpected key ${name}`)
  }
}

const typeError = (value: Json, expected: string): RpcError =>
  new RpcError(RPC_ERROR.type, `JSON value of type ${jsonTypeName(value)} is not of expected type ${expected}`)

/** A whole number, whatever it stands for. */
export function asInteger(value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  if (jsonTypeName(value) !== 'number') throw typeError(value, 'number')
  throw new RpcError(RPC_ERROR.misc, 'JSON integer out of range')
}

export function asString(value: Json): string {
  if (typeof value !== 'string') throw typeError(value, 'string')
  return value
}

export function asBoolean(value: Json): boolean {
  if (typeof value !== 'boolean') throw typeError(value, 'bool')
  return value
}

export function asArray(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw typeError(value, 'array')
  return value as readonly Json[]
}

export function asObject(value: Json): JsonObject {
  if (jsonTypeName(value) !== 'object') throw typeError(value, 'object')
  return value as JsonObject
}

/** A member, or undefined where it is missing or null. */
export const member = (options: JsonObject, name: string): Json | undefined => options[name] ?? undefined

/** A member read by `read`, or what stands for its absence. */
export function optionOf<T>(options: JsonObject, name: string, read: (value: Json) => T): T | undefined {
  const value = member(options, name)
  return value === undefined ? undefined : read(value)
}

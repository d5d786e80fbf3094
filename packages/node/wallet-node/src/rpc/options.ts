import { expectInteger, type Json, type JsonObject, jsonTypeName, RPC_ERROR, RpcError } from '@ply/rpc'

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

/** A whole number, whatever it stands for. */
export const asInteger = (value: Json): number =>
  expectInteger(value, [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])

/** A member, or undefined where it is missing or null. */
export const member = (options: JsonObject, name: string): Json | undefined => options[name] ?? undefined

/** A member read by `read`, or what stands for its absence. */
export function optionOf<T>(options: JsonObject, name: string, read: (value: Json) => T): T | undefined {
  const value = member(options, name)
  return value === undefined ? undefined : read(value)
}

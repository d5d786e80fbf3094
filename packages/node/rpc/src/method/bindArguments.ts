import { isJsonObject, type Json, type JsonObject, jsonTypeName } from '../json/value.ts'
import { stringifyJson } from '../json/stringify.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { RpcArguments } from './arguments.ts'
import { formatMethodHelp } from './help.ts'
import type { ParamType, RpcMethod } from './method.ts'

const JSON_TYPE: Readonly<Record<ParamType, string | undefined>> = {
  string: 'string',
  number: 'number',
  bool: 'bool',
  array: 'array',
  object: 'object',
  hash: 'string',
  hex: 'string',
  amount: undefined,
  any: undefined,
}

/** Named arguments in the order of the parameters. `args` holds those given by position. */
function positionNamed(method: RpcMethod, named: JsonObject): Json[] {
  const rest = new Map(Object.entries(named))
  const given = rest.get('args')
  const takesArgs = method.params.some((param) => param.name === 'args')
  const positional: Json[] = !takesArgs && Array.isArray(given) ? [...(given as readonly Json[])] : []
  if (positional.length > 0 || (!takesArgs && Array.isArray(given))) rest.delete('args')

  const values: Json[] = [...positional]
  method.params.forEach((param, position) => {
    for (const name of [param.name, ...(param.aliases ?? [])]) {
      const value = rest.get(name)
      if (value === undefined) continue
      if (position < positional.length) {
        throw new RpcError(
          RPC_ERROR.invalidParameter,
          `Parameter ${name} specified twice both as positional and named argument`,
        )
      }
      while (values.length < position) values.push(null)
      values[position] = value
      rest.delete(name)
    }
  })
  const [unknown] = rest.keys()
  if (unknown !== undefined) throw new RpcError(RPC_ERROR.invalidParameter, `Unknown named parameter ${unknown}`)
  return values
}

/**
 * Gives each parameter of `method` its value from `params` (by position, by name, or both through `args`) and checks
 * the types. Violations as Bitcoin Core: -1 with the help text for a wrong number of arguments, -3 for wrong types,
 * -8 for unknown or doubled names.
 */
export function bindArguments(method: RpcMethod, params: Json): RpcArguments {
  const values = isJsonObject(params) ? positionNamed(method, params) : [...(params as readonly Json[])]
  // Positions before a mandatory one must be filled, if only with null.
  const mandatory = method.params.findLastIndex((param) => !param.optional) + 1
  if (values.length < mandatory || values.length > method.params.length) {
    throw new RpcError(RPC_ERROR.misc, formatMethodHelp(method))
  }

  const wrong: Record<string, string> = {}
  const bound = new Map<string, Json>()
  method.params.forEach((param, position) => {
    const value = values[position] ?? null
    const expected = JSON_TYPE[param.type]
    const actual = jsonTypeName(value)
    if (expected !== undefined && actual !== expected && !(param.optional && value === null)) {
      wrong[`Position ${position + 1} (${param.name})`] =
        `JSON value of type ${actual} is not of expected type ${expected}`
    }
    bound.set(param.name, value)
  })
  if (Object.keys(wrong).length > 0) {
    throw new RpcError(RPC_ERROR.type, `Wrong type passed:\n${stringifyJson(wrong, 4)}`)
  }
  return new RpcArguments(bound)
}

import { isJsonObject, type Json, jsonTypeName } from '../json/value.ts'
import { stringifyJson } from '../json/stringify.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import { RpcArguments } from './arguments.ts'
import { formatMethodHelp } from './help.ts'
import type { DescribedMethod, ParamType } from './method.ts'
import { positionNamedArguments } from './namedArguments.ts'

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

/**
 * Gives each parameter of `method` its value from `params` (by position, by name, or both through `args`) and checks
 * the types. Violations as Bitcoin Core: -1 with the help text for a wrong number of arguments, -3 for wrong types,
 * -8 for unknown or doubled names.
 */
export function bindArguments(method: DescribedMethod, params: Json): RpcArguments {
  const values = isJsonObject(params) ? positionNamedArguments(method, params) : [...(params as readonly Json[])]
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
  return new RpcArguments(method.params, bound, values.length)
}

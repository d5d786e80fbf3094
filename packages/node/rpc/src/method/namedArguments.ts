import type { Json, JsonObject } from '../json/value.ts'
import { repeatedMember } from '../json/parse.ts'
import { RPC_ERROR, RpcError } from '../rpcError.ts'
import type { RpcMethod, RpcParam } from './method.ts'

const refuse = (message: string): RpcError => new RpcError(RPC_ERROR.invalidParameter, message)

const namesOf = (param: RpcParam): readonly string[] => [param.name, ...(param.aliases ?? [])]

/** Takes the argument of a parameter out of those that are left, under whichever name it came. */
function take(rest: Map<string, Json>, param: RpcParam): { readonly name: string; readonly value: Json } | undefined {
  for (const name of namesOf(param)) {
    const value = rest.get(name)
    if (value === undefined) continue
    rest.delete(name)
    return { name, value }
  }
  return undefined
}

/** The members of an options parameter may be given by their own names, as if they were parameters. */
function takeOptions(rest: Map<string, Json>, param: RpcParam): JsonObject | undefined {
  const options: Record<string, Json> = {}
  for (const option of param.options ?? []) {
    const taken = take(rest, option)
    if (taken) options[taken.name] = taken.value
  }
  return Object.keys(options).length > 0 ? options : undefined
}

/**
 * Named arguments in the order of the parameters, null where one was left out before another. `args` holds those that
 * are given by position. Violations as Bitcoin Core: -8 for unknown, doubled and conflicting names.
 */
export function positionNamedArguments(method: RpcMethod, named: JsonObject): Json[] {
  const repeated = repeatedMember(named)
  if (repeated !== undefined) throw refuse(`Parameter ${repeated} specified multiple times`)
  const rest = new Map(Object.entries(named))
  const values: Json[] = []
  let first: { readonly position: number; readonly name: string } | undefined
  method.params.forEach((param, position) => {
    const options = takeOptions(rest, param)
    const taken = take(rest, param)
    if (!options && !taken) return
    if (options && taken) throw refuse(`Parameter ${taken.name} conflicts with parameter ${Object.keys(options)[0]!}`)
    first ??= { position, name: namesOf(param).join('|') }
    while (values.length < position) values.push(null)
    values.push(options ?? taken!.value)
  })
  const positional = rest.get('args')
  rest.delete('args')
  if (isArray(positional)) {
    if (first && first.position < positional.length) {
      throw refuse(`Parameter ${first.name} specified twice both as positional and named argument`)
    }
    values.splice(0, positional.length, ...positional)
  }
  const [unknown] = rest.keys()
  if (unknown !== undefined) throw refuse(`Unknown named parameter ${unknown}`)
  return values
}

const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

import { assert } from '@ply/bytes'
import type { Schema } from '../schema/schema.ts'
import type { DescribedMethod, RpcErrorCase, RpcMethod, RpcParam } from './method.ts'

/** What callers are told of methods, by their names: each has its answer and its errors. */
export interface MethodDescriptions<Name extends string> {
  readonly results: Readonly<Record<Name, Schema>>
  readonly errors: Readonly<Record<NoInfer<Name>, readonly RpcErrorCase[]>>
}

/** A list or an object of which nobody says what is in it. */
const isVague = ({ type, shape, options }: RpcParam): boolean =>
  (type === 'array' || type === 'object') && !shape && !options

/** The methods with what callers are told of them. None may be without, and none described that is not there. */
export function describeMethods<Name extends string>(
  methods: readonly RpcMethod[],
  { results, errors }: MethodDescriptions<Name>,
): DescribedMethod[] {
  const isDescribed = (name: string): name is Name => Object.hasOwn(results, name)
  const described = methods.map((method) => {
    const { name } = method
    assert(isDescribed(name), `nobody says what ${name} answers`)
    const vague = method.params.find(isVague)
    assert(!vague, `nobody says what is in ${vague?.name ?? ''} of ${name}`)
    return { ...method, result: results[name], errors: errors[name] }
  })
  const names = new Set(methods.map(({ name }) => name))
  const unknown = Object.keys(results).filter((name) => !names.has(name))
  assert(unknown.length === 0, `described, but not there: ${unknown.join(', ')}`)
  return described
}

import type { JsonOutput } from '../json/value.ts'
import type { ParamType, RpcMethod, RpcParam } from './method.ts'

/** What a command line passes on as it is; everything else it reads as JSON. */
const TEXT: ReadonlySet<ParamType> = new Set(['string', 'hash', 'hex'])

/**
 * For every argument and every name of it: the method, the place, the name, and whether it is text. Bitcoin Core's
 * tests compare it with what `bitcoin-cli` knows.
 */
export function listArgumentConversions(methods: Iterable<RpcMethod>): JsonOutput {
  const rows = (method: string, place: number, { name, aliases = [], type, asText = false }: RpcParam): JsonOutput[] =>
    [name, ...aliases].map((each) => [method, place, each, asText || TEXT.has(type)])
  return [...methods].flatMap(({ name, params }) =>
    params.flatMap((param, place) =>
      [param, ...(param.options ?? [])].flatMap((argument) => rows(name, place, argument)),
    ),
  )
}

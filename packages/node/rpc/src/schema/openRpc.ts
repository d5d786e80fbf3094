import type { JsonOutput } from '../json/value.ts'
import type { DescribedMethod, RpcParam } from '../method/method.ts'
import { paramSchema, toJsonSchema } from './jsonSchema.ts'

const OPENRPC_VERSION = '1.3.2'

const paramOf = (param: RpcParam): JsonOutput => ({
  name: param.name,
  description: param.help,
  required: !param.optional,
  schema: paramSchema(param),
  'x-aliases': param.aliases && param.aliases.length > 0 ? param.aliases : undefined,
})

const methodOf = ({ name, group, help, params, result, errors }: DescribedMethod): JsonOutput => ({
  name,
  summary: help,
  tags: [{ name: group }],
  paramStructure: 'either',
  params: params.map(paramOf),
  result: { name: 'result', schema: toJsonSchema(result) },
  errors: errors.map(({ code, message }) => ({ code, message })),
})

/** The methods as an OpenRPC document. */
export function createOpenRpc(
  methods: Iterable<DescribedMethod>,
  info: { readonly title: string; readonly version: string },
) {
  const sorted = [...methods].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { openrpc: OPENRPC_VERSION, info: { ...info }, methods: sorted.map(methodOf) }
}

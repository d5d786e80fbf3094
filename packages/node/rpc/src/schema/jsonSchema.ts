import type { JsonOutput } from '../json/value.ts'
import type { RpcParam } from '../method/method.ts'
import type { ScalarType, Schema } from './schema.ts'

/** A JSON Schema (draft 7). `format` tells apart what JSON has one type for: `hex`, `bitcoin`, `unix-time`. */
export type JsonSchema = { readonly [name: string]: JsonOutput }

const SCALARS: Readonly<Record<ScalarType, JsonSchema>> = {
  string: { type: 'string' },
  hex: { type: 'string', format: 'hex' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  time: { type: 'integer', format: 'unix-time' },
  amount: { type: 'number', format: 'bitcoin' },
  boolean: { type: 'boolean' },
  null: { type: 'null' },
  any: {},
}

function shapeOf(schema: Schema): JsonSchema {
  switch (schema.type) {
    case 'array':
      return { type: 'array', items: toJsonSchema(schema.items) }
    case 'object': {
      const members = Object.entries(schema.members)
      const required = members.filter(([, member]) => !member.optional).map(([name]) => name)
      const properties = Object.fromEntries(members.map(([name, member]) => [name, toJsonSchema(member)]))
      return { type: 'object', properties, required, additionalProperties: false }
    }
    case 'map':
      return { type: 'object', additionalProperties: toJsonSchema(schema.values) }
    case 'cases':
      return { oneOf: schema.cases.map(({ when, schema: each }) => ({ title: when, ...toJsonSchema(each) })) }
    case 'string':
    case 'hex':
    case 'integer':
    case 'number':
    case 'time':
    case 'amount':
    case 'boolean':
    case 'null':
    case 'any':
      return SCALARS[schema.type]
  }
}

export const toJsonSchema = (schema: Schema): JsonSchema => ({
  ...shapeOf(schema),
  ...(schema.help && { description: schema.help }),
})

/** What an argument may be. */
export function paramSchema({ type, options, shape, default: otherwise }: RpcParam): JsonSchema {
  const more = otherwise === undefined ? {} : { default: otherwise }
  if (shape) return { ...toJsonSchema(shape), ...more }
  switch (type) {
    case 'string':
      return { type: 'string', ...more }
    case 'hash':
      return { type: 'string', format: 'hex', pattern: '^[0-9a-fA-F]{64}$', ...more }
    case 'hex':
      return { type: 'string', format: 'hex', ...more }
    case 'number':
      return { type: 'number', ...more }
    case 'bool':
      return { type: 'boolean', ...more }
    case 'amount':
      return { type: ['number', 'string'], format: 'bitcoin', ...more }
    case 'array':
      return { type: 'array', ...more }
    case 'object': {
      if (!options) return { type: 'object', ...more }
      const properties = Object.fromEntries(
        options.map((option) => [option.name, { ...paramSchema(option), description: option.help }]),
      )
      return { type: 'object', properties, ...more }
    }
    case 'any':
      return more
  }
}

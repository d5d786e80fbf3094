import { unwrap } from '@ply/bytes'
import { parseJson } from '../json/parse.ts'
import { type JsonOutput, JsonText, RawNumber } from '../json/value.ts'
import type { Members, ScalarType, Schema } from './schema.ts'

const HEX = /^([0-9a-f]{2})*$/

function fitsScalar(type: ScalarType, value: JsonOutput): boolean {
  switch (type) {
    case 'any':
      return true
    case 'null':
      return value === null || value === undefined
    case 'string':
      return typeof value === 'string'
    case 'hex':
      return typeof value === 'string' && HEX.test(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
    case 'time':
      return Number.isInteger(value) || typeof value === 'bigint'
    case 'number':
      return typeof value === 'number' || value instanceof RawNumber
    case 'amount':
      return value instanceof RawNumber && /^-?\d+\.\d{8}$/.test(value.text)
  }
}

function checkMembers(members: Members, value: { readonly [name: string]: JsonOutput }, at: string): string[] {
  const wrong = Object.entries(members).flatMap(([name, schema]) => {
    const member = value[name]
    if (member === undefined) return schema.optional ? [] : [`${at}.${name} is missing`]
    return checkValue(schema, member, `${at}.${name}`)
  })
  const unknown = Object.keys(value).filter((name) => value[name] !== undefined && !Object.hasOwn(members, name))
  return [...wrong, ...unknown.map((name) => `${at}.${name} is not in the table`)]
}

/** What about a value is not as its schema says; nothing where all is. */
export function checkValue(schema: Schema, value: JsonOutput, at = 'result'): string[] {
  if (value instanceof JsonText) return checkValue(schema, unwrap(parseJson(value.text)), at)
  switch (schema.type) {
    case 'array':
      if (!Array.isArray(value)) return [`${at} is no array`]
      return (value as readonly JsonOutput[]).flatMap((item, i) => checkValue(schema.items, item, `${at}[${i}]`))
    case 'object':
    case 'map': {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof RawNumber) {
        return [`${at} is no object`]
      }
      const members = value as { readonly [name: string]: JsonOutput }
      if (schema.type === 'object') return checkMembers(schema.members, members, at)
      const given = Object.entries(members).filter(([, member]) => member !== undefined)
      return given.flatMap(([name, member]) => checkValue(schema.values, member, `${at}.${name}`))
    }
    case 'cases': {
      const wrong = schema.cases.map((each) => checkValue(each.schema, value, `${at} (${each.when})`))
      return wrong.some((each) => each.length === 0) ? [] : wrong.flat()
    }
    case 'string':
    case 'hex':
    case 'integer':
    case 'number':
    case 'time':
    case 'amount':
    case 'boolean':
    case 'null':
    case 'any':
      return fitsScalar(schema.type, value) ? [] : [`${at} is no ${schema.type}`]
  }
}

import type { ScalarType, Schema } from './schema.ts'

/** A line of help: what stands in JSON, and what it means. */
export interface HelpLine {
  readonly left: string
  readonly right: string
}

/** How a scalar looks, and Bitcoin Core's word for its type. */
const SCALARS: Readonly<Record<ScalarType, readonly [look: string, word: string]>> = {
  string: ['"str"', 'string'],
  hex: ['"hex"', 'string'],
  integer: ['n', 'numeric'],
  number: ['n', 'numeric'],
  time: ['xxx', 'numeric'],
  amount: ['n', 'numeric'],
  boolean: ['true|false', 'boolean'],
  null: ['null', 'json null'],
  any: ['...', 'any'],
}

const describe = (word: string, { optional, help }: Schema): string =>
  `(${word}${optional ? ', optional' : ''})${help ? ` ${help}` : ''}`

interface Place {
  readonly indent: string
  /** `"name" : ` of a member. */
  readonly key: string
  /** `,` behind what is followed by something. */
  readonly end: string
}

function nest(
  inner: readonly (readonly [key: string, schema: Schema])[],
  { indent }: Place,
  open: boolean,
): HelpLine[] {
  const deeper = `${indent}  `
  const lines = inner.flatMap(([key, schema], i) =>
    linesOf(schema, { indent: deeper, key, end: open || i < inner.length - 1 ? ',' : '' }),
  )
  return open ? [...lines, { left: `${deeper}...`, right: '' }] : lines
}

function linesOf(schema: Schema, place: Place): HelpLine[] {
  const { indent, key, end } = place
  const around = (brackets: string, word: string, inner: readonly HelpLine[]): HelpLine[] => [
    { left: `${indent}${key}${brackets[0]!}`, right: describe(word, schema) },
    ...inner,
    { left: `${indent}${brackets[1]!}${end}`, right: '' },
  ]
  switch (schema.type) {
    case 'array':
      return around('[]', 'json array', nest([['', schema.items]], place, true))
    case 'object': {
      const members = Object.entries(schema.members).map(([name, member]) => [`"${name}" : `, member] as const)
      if (members.length === 0)
        return [{ left: `${indent}${key}{}${end}`, right: describe('empty JSON object', schema) }]
      return around('{}', 'json object', nest(members, place, false))
    }
    case 'map':
      return around('{}', 'json object', nest([[`"${schema.key}" : `, schema.values]], place, true))
    case 'cases':
      return schema.cases.flatMap(({ when, schema: each }) =>
        linesOf(
          { ...each, ...(schema.optional && { optional: true }), help: `${each.help ? `${each.help}; ` : ''}${when}` },
          place,
        ),
      )
    case 'string':
    case 'hex':
    case 'integer':
    case 'number':
    case 'time':
    case 'amount':
    case 'boolean':
    case 'null':
    case 'any': {
      const [look, word] = SCALARS[schema.type]
      return [{ left: `${indent}${key}${look}${end}`, right: describe(word, schema) }]
    }
  }
}

/** The lines in two columns. */
export function formatColumns(lines: readonly HelpLine[]): string {
  const width = Math.max(...lines.map(({ left }) => left.length)) + 4
  return lines.map(({ left, right }) => (right === '' ? left : left.padEnd(width) + right) + '\n').join('')
}

/** A value as it stands in JSON. */
export const formatShape = (schema: Schema, indent = ''): HelpLine[] => linesOf(schema, { indent, key: '', end: '' })

/** The part of a help text that shows the result, one paragraph for each case. */
export function formatResult(schema: Schema): string {
  const each = schema.type === 'cases' ? schema.cases : [{ when: '', schema }]
  return each
    .map(({ when, schema: one }) => {
      const title = when === '' ? 'Result:' : `Result (for ${when}):`
      return `\n${title}\n${formatColumns(formatShape(one))}`
    })
    .join('')
}

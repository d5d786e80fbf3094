// TypeScript types of the methods of an OpenRPC document.

/** How deep types are nested is for prettier to show. */
function typeOf(schema) {
  if (schema.oneOf) return [...new Set(schema.oneOf.map(typeOf))].join(' | ')
  switch (schema.type) {
    case 'string':
      return 'string'
    case 'integer':
      return 'number'
    case 'number':
      return schema.format === 'bitcoin' ? 'RawNumber' : 'number | RawNumber'
    case 'boolean':
      return 'boolean'
    case 'null':
      return 'null'
    case 'array':
      return `readonly ${wrap(typeOf(schema.items))}[]`
    case 'object': {
      if (!schema.properties) return `{ readonly [name: string]: ${typeOf(schema.additionalProperties)} }`
      const members = Object.entries(schema.properties).map(([name, member]) => {
        const optional = schema.required.includes(name) ? '' : '?'
        return `readonly ${nameOf(name)}${optional}: ${typeOf(member)}`
      })
      return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`
    }
    case undefined:
      return 'Json'
  }
  throw new Error(`no type for ${JSON.stringify(schema)}`)
}

const wrap = (type) => (/[| ]/.test(type) && !type.startsWith('{') ? `(${type})` : type)
const nameOf = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)

/** What an argument may be: wider than what comes back, as amounts may be text. */
function paramTypeOf({ type, format, properties }) {
  if (Array.isArray(type) || format === 'bitcoin') return 'Amount'
  if (type === 'string' || type === 'number' || type === 'boolean') return type
  if (type === 'array') return 'readonly JsonOutput[]'
  if (type !== 'object') return 'JsonOutput'
  if (!properties) return '{ readonly [name: string]: JsonOutput }'
  return `{ ${Object.entries(properties)
    .map(([name, member]) => `readonly ${nameOf(name)}?: ${paramTypeOf(member)}`)
    .join('; ')} }`
}

/** Names of parameters that TypeScript keeps for itself. */
const RESERVED = new Set(['package', 'default', 'function', 'new', 'public', 'private'])

function paramsOf(params) {
  const lastRequired = params.findLastIndex(({ required }) => required)
  const items = params.map(({ name, required, schema }, i) => {
    const label = /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) ? name : `arg${i}`
    const type = paramTypeOf(schema)
    if (required) return `${label}: ${type}`
    return i < lastRequired ? `${label}: ${type} | null` : `${label}?: ${type} | null`
  })
  return `[${items.join(', ')}]`
}

function namedOf(params) {
  const members = params.flatMap(({ name, required, schema, 'x-aliases': aliases = [] }) => [
    `readonly ${nameOf(name)}${required && aliases.length === 0 ? '' : '?'}: ${paramTypeOf(schema)}`,
    ...aliases.map((alias) => `readonly ${nameOf(alias)}?: ${paramTypeOf(schema)}`),
  ])
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`
}

const HEADER = '// Made by `pnpm docs:rpc` from the table of methods: not to be edited.\n'

/** One interface of methods, ready for prettier. */
export function methodTypes(interfaceName, methods) {
  const members = methods.map(
    ({ name, summary, params, result }) =>
      `/** ${summary.split('\n')[0]} */\nreadonly ${nameOf(name)}: {\nreadonly params: ${paramsOf(params)}\n` +
      `readonly named: ${namedOf(params)}\nreadonly result: ${typeOf(result.schema)}\n}`,
  )
  const body = `export interface ${interfaceName} {\n${members.join('\n')}\n}\n`
  const used = ['Json', 'JsonOutput', 'RawNumber'].filter((name) => new RegExp(`\\b${name}\\b`).test(body))
  const imports = used.length > 0 ? `import type { ${used.join(', ')} } from '../../json/value.ts'\n` : ''
  const amount = /\bAmount\b/.test(body) ? "import type { Amount } from '../typedClient.ts'\n" : ''
  return `${HEADER}${imports}${amount}\n${body}`
}

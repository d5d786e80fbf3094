// TypeScript types of the methods of an OpenRPC document.

/** Shorter objects read better where they stand than under a name. */
const WORTH_A_NAME = 120

/** Objects that stand in several places, by what they look like: each is written once, under a name. */
export class Shapes {
  #seen = new Map()
  #names = new Map()
  #definitions = []

  /** Notes an object type under what it would be called; `see` is for what is inside, the first time. */
  note(text, name, see) {
    const count = (this.#seen.get(text)?.count ?? 0) + 1
    this.#seen.set(text, { count, name: this.#seen.get(text)?.name ?? name })
    if (count === 1) see()
  }

  /** The name of an object that stands in several places, or what `create` says of it. */
  resolve(text, create) {
    const { count, name } = this.#seen.get(text) ?? { count: 0 }
    if (count < 2 || text.length < WORTH_A_NAME) return create()
    const known = this.#names.get(text)
    if (known) return known
    const taken = [...this.#names.values()]
    let unique = name
    for (let i = 2; taken.includes(unique); i++) unique = `${name}${i}`
    this.#names.set(text, unique)
    this.#definitions.push(`export type ${unique} = ${create()}\n`)
    return unique
  }

  get names() {
    return [...this.#names.values()]
  }

  file() {
    return withImports(this.#definitions.join('\n'), [])
  }
}

/** As many letters as a shape's name is made of. */
const pascal = (...words) => words.map((word) => word.replace(/(?:^|\W|_)(\w)/g, (_, c) => c.toUpperCase())).join('')

/** An object's type from those of its members. */
function objectType(members) {
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`
}

/** The type of what comes back. Without `shapes` everything stands where it is. */
function typeOf(schema, shapes) {
  if (schema.oneOf) return [...new Set(schema.oneOf.map((one) => typeOf(one, shapes)))].join(' | ')
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
      return `readonly ${wrap(typeOf(schema.items, shapes))}[]`
    case 'object': {
      if (!schema.properties) return `{ readonly [name: string]: ${typeOf(schema.additionalProperties, shapes)} }`
      const create = (inner) =>
        objectType(
          Object.entries(schema.properties).map(([name, member]) => {
            const optional = schema.required.includes(name) ? '' : '?'
            return `readonly ${nameOf(name)}${optional}: ${typeOf(member, inner)}`
          }),
        )
      return shapes ? shapes.resolve(create(), () => create(shapes)) : create()
    }
    case undefined:
      return 'Json'
  }
  throw new Error(`no type for ${JSON.stringify(schema)}`)
}

/** Tells `shapes` of all objects in a result. `name` is what one would call it. */
function noteShapes(schema, name, shapes) {
  for (const one of schema.oneOf ?? []) noteShapes(one, name, shapes)
  if (schema.type === 'array') noteShapes(schema.items, name, shapes)
  if (schema.type !== 'object') return
  if (!schema.properties) return noteShapes(schema.additionalProperties, name, shapes)
  shapes.note(typeOf(schema), name, () => {
    for (const [member, inner] of Object.entries(schema.properties)) noteShapes(inner, pascal(name, member), shapes)
  })
}

/** Tells `shapes` of all objects in the methods of a server. */
export function noteMethodShapes(methods, shapes) {
  for (const { name, params, result } of methods) {
    noteShapes(result.schema, pascal(name, 'result'), shapes)
    for (const param of params) {
      // By position and by name.
      for (let i = 0; i < 2; i++) shapes.note(paramTypeOf(param.schema), pascal(name, param.name), () => undefined)
    }
  }
}

const wrap = (type) => (/[| ]/.test(type) && !type.startsWith('{') ? `(${type})` : type)
const nameOf = (name) => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`)

/** What an argument may be: wider than what comes back, as amounts may be text. */
function paramTypeOf({ type, format, properties, items }) {
  if (Array.isArray(type) || format === 'bitcoin') return 'Amount'
  if (type === 'string' || type === 'number' || type === 'boolean') return type
  if (type === 'array') return items?.type === 'string' ? 'readonly string[]' : 'readonly JsonOutput[]'
  if (type !== 'object') return 'JsonOutput'
  if (!properties) return '{ readonly [name: string]: JsonOutput }'
  if (Object.keys(properties).length === 0) return 'Readonly<Record<string, never>>'
  return `{ ${Object.entries(properties)
    .map(([name, member]) => `readonly ${nameOf(name)}?: ${paramTypeOf(member)}`)
    .join('; ')} }`
}

/** Names of parameters that TypeScript keeps for itself. */
const RESERVED = new Set(['package', 'default', 'function', 'new', 'public', 'private'])

/** The type of an argument, under its name if it has one. */
const argumentType = (schema, shapes) => {
  const text = paramTypeOf(schema)
  return shapes.resolve(text, () => text)
}

function paramsOf(params, shapes) {
  const lastRequired = params.findLastIndex(({ required }) => required)
  const items = params.map(({ name, required, schema }, i) => {
    const label = /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) ? name : `arg${i}`
    const type = argumentType(schema, shapes)
    if (required) return `${label}: ${type}`
    return i < lastRequired ? `${label}: ${type} | null` : `${label}?: ${type} | null`
  })
  return `[${items.join(', ')}]`
}

function namedOf(params, shapes) {
  const members = params.flatMap(({ name, required, schema, 'x-aliases': aliases = [] }) => [
    `readonly ${nameOf(name)}${required && aliases.length === 0 ? '' : '?'}: ${argumentType(schema, shapes)}`,
    ...aliases.map((alias) => `readonly ${nameOf(alias)}?: ${argumentType(schema, shapes)}`),
  ])
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`
}

const HEADER = '// Made by `pnpm docs:rpc` from the table of methods: not to be edited.\n'

/** Puts a body behind the imports that it uses. */
function withImports(body, shapeNames) {
  const usedIn = (name) => new RegExp(`\\b${name}\\b`).test(body)
  const from = (names, path) => {
    const used = names.filter(usedIn)
    return used.length > 0 ? `import type { ${used.join(', ')} } from '${path}'\n` : ''
  }
  const imports =
    from(['Json', 'JsonOutput', 'RawNumber'], '../../json/value.ts') +
    from(['Amount'], '../typedClient.ts') +
    from(shapeNames, './shapes.ts')
  return `${HEADER}${imports}\n${body}`
}

/** One interface of methods, ready for prettier. `shapes` has seen the methods of all interfaces before. */
export function methodTypes(interfaceName, methods, shapes) {
  const members = methods.map(
    ({ name, summary, params, result }) =>
      `/** ${summary.split('\n')[0]} */\nreadonly ${nameOf(name)}: {\nreadonly params: ${paramsOf(params, shapes)}\n` +
      `readonly named: ${namedOf(params, shapes)}\nreadonly result: ${typeOf(result.schema, shapes)}\n}`,
  )
  return withImports(`export interface ${interfaceName} {\n${members.join('\n')}\n}\n`, shapes.names)
}

import { DecodeError } from '@ply/bytes'

/** Ends the parsing of a descriptor, with Bitcoin Core's words. */
export function refuse(message: string): never {
  throw new DecodeError('bad-descriptor', message)
}

/** Runs a parser and puts the place in front of what it refuses: `pkh(): No key provided`. */
export function within<T>(place: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof DecodeError ? new DecodeError(error.code, `${place}: ${error.message}`) : error
  }
}

/** Splits the first expression off: up to a comma or a closing bracket that it did not open itself. */
export function takeExpression(text: string): readonly [first: string, rest: string] {
  let level = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    const closes = character === ')' || character === '}'
    if (level === 0 && (closes || character === ',')) return [text.slice(0, at), text.slice(at)]
    if (character === '(' || character === '{') level++
    else if (closes) level--
  }
  return [text, '']
}

/** What stands between the brackets of `name(…)`; undefined for another expression. */
export function functionBody(text: string, name: string): string | undefined {
  return text.startsWith(`${name}(`) && text.endsWith(')') && text.length >= name.length + 2
    ? text.slice(name.length + 1, -1)
    : undefined
}

/** The expressions of a list that has a comma in front of each: `,A,B`. */
export function splitList(text: string): readonly string[] {
  const items: string[] = []
  let rest = text
  while (rest !== '') {
    if (!rest.startsWith(',')) refuse(`expected ',', got '${rest[0]!}'`)
    const [item, behind] = takeExpression(rest.slice(1))
    items.push(item)
    rest = behind
  }
  return items
}

/** Digits only, below 2³². */
export function parseUint32(text: string): number | undefined {
  return /^\d{1,20}$/.test(text) && Number(text) <= 0xffffffff ? Number(text) : undefined
}

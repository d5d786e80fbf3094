import { assert } from '@ply/bytes'
import { formatDouble } from './formatDouble.ts'
import { type JsonOutput, JsonText, RawNumber } from './value.ts'

/** Text that stands in JSON as it is: nearly all there is, and looking costs less than JSON.stringify. */
const PLAIN = /^[ !#-[\]-~]*$/
const quote = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

/** Members' names in quotes: there are few, and each comes thousands of times. */
const names = new Map<string, string>()
const MAX_NAMES = 1000
function quoteName(name: string): string {
  let quoted = names.get(name)
  if (quoted === undefined) {
    quoted = JSON.stringify(name)
    if (names.size < MAX_NAMES && name.length < 64) names.set(name, quoted)
  }
  return quoted
}

/**
 * Writes JSON. {@link RawNumber} and bigint go out digit for digit, {@link JsonText} as it stands, members that are
 * `undefined` are left out.
 * With `indent`, one member per line.
 */
export function stringifyJson(value: JsonOutput, indent = 0, margin = '\n'): string {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'undefined':
      return 'null'
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      assert(Number.isFinite(value), 'JSON has no word for this number')
      return Number.isInteger(value) ? String(value) : formatDouble(value)
    case 'object':
      break
  }
  if (value === null) return 'null'
  if (value instanceof RawNumber || value instanceof JsonText) return value.text
  const inner = indent > 0 ? margin + ' '.repeat(indent) : ''
  const outer = indent > 0 ? margin : ''
  const deeper = inner || margin
  let text = ''
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonOutput[]) {
      text += (text === '' ? '[' : ',') + inner + stringifyJson(item, indent, deeper)
    }
    return text === '' ? '[]' : `${text}${outer}]`
  }
  assert(!ArrayBuffer.isView(value), 'bytes go into JSON as hexadecimal text')
  const members = value as { readonly [name: string]: JsonOutput }
  const colon = indent > 0 ? ': ' : ':'
  for (const name of Object.keys(members)) {
    const member = members[name]
    if (member === undefined) continue
    text += (text === '' ? '{' : ',') + inner + quoteName(name) + colon + stringifyJson(member, indent, deeper)
  }
  return text === '' ? '{}' : `${text}${outer}}`
}

import { assert } from '@ply/bytes'
import { type JsonOutput, RawNumber } from './value.ts'

/**
 * Writes JSON. {@link RawNumber} and bigint go out digit for digit, members that are `undefined` are left out.
 * With `indent`, one member per line.
 */
export function stringifyJson(value: JsonOutput, indent = 0, margin = '\n'): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return value.toString()
  if (value instanceof RawNumber) return value.text
  if (typeof value === 'number') {
    assert(Number.isFinite(value), 'JSON has no word for this number')
    return String(value)
  }
  const inner = indent > 0 ? margin + ' '.repeat(indent) : ''
  const outer = indent > 0 ? margin : ''
  const colon = indent > 0 ? ': ' : ':'
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    const items = value.map((item: JsonOutput) => inner + stringifyJson(item, indent, inner || margin))
    return `[${items.join(',')}${outer}]`
  }
  assert(!ArrayBuffer.isView(value), 'bytes go into JSON as hexadecimal text')
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => inner + JSON.stringify(name) + colon + stringifyJson(member, indent, inner || margin))
  return members.length === 0 ? '{}' : `{${members.join(',')}${outer}}`
}

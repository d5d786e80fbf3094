/** `AUTH METHODS=…` as `AUTH` and the rest. */
export function splitReplyLine(line: string): readonly [type: string, rest: string] {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}

/** A value in quotes, up to and with the closing one: pairs of backslash and character, or anything but those two. */
const QUOTED = /"((?:\\[^]|[^"\\])*)"/y
const PLAIN = /[^ ]*/y

/** C's escapes of the Tor control specification, 2.1.1: \n \t \r and up to three octal digits, the first of three below 4. */
function unescape(text: string): string {
  return text.replace(/\\([0-3][0-7]{2}|[0-7]{1,2}|[^])/g, (_, escaped: string) => {
    if (/^[0-7]/.test(escaped)) return String.fromCharCode(parseInt(escaped, 8))
    return { n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped
  })
}

/** `KEY=value KEY="value"` by key, up to the first word that is no such pair; nothing at all where it ends too early. */
export function parseReplyMapping(text: string): ReadonlyMap<string, string> {
  const mapping = new Map<string, string>()
  let at = 0
  while (at < text.length) {
    const equals = text.slice(at).search(/[= ]/)
    if (equals < 0) return new Map()
    if (text[at + equals] === ' ') break
    const key = text.slice(at, at + equals)
    at += equals + 1
    const quoted = text[at] === '"'
    const pattern = quoted ? QUOTED : PLAIN
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (!match) return new Map()
    mapping.set(key, quoted ? unescape(match[1]!) : match[0])
    at = pattern.lastIndex
    if (text[at] === ' ') at++
  }
  return mapping
}

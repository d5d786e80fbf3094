import { DecodeError } from './decodeError.ts'
import { err, ok, type Result } from './result.ts'

/** UTF-8 bytes of a text. Lone surrogates become U+FFFD. */
export function utf8ToBytes(text: string): Uint8Array {
  const escaped = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
  const bytes: number[] = []
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] === '%') {
      bytes.push(parseInt(escaped.slice(i + 1, i + 3), 16))
      i += 2
    } else {
      bytes.push(escaped.charCodeAt(i))
    }
  }
  return Uint8Array.from(bytes)
}

/** Text of UTF-8 bytes; violation `bad-utf8`. */
export function decodeUtf8(bytes: Uint8Array): Result<string, DecodeError> {
  let escaped = ''
  for (const byte of bytes) escaped += '%' + byte.toString(16).padStart(2, '0')
  try {
    return ok(decodeURIComponent(escaped))
  } catch {
    return err(new DecodeError('bad-utf8'))
  }
}

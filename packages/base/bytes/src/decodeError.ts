import { err, ok, type Result } from './result.ts'

/**
 * Bytes or text from outside that do not have the promised form. `code` is stable and short
 * (`end-of-data`, `bad-hex`, `non-canonical-compact-size`); the message is for people.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly code: string
  constructor(code: string, message: string = code) {
    super(message)
    this.code = code
  }
}

/**
 * Runs a decoder that throws {@link DecodeError} from its reader and returns the error as a value.
 * Readers throw inside a codec, so that a codec reads like the format; no codec lets it out.
 */
export function tryDecode<T>(decode: () => T): Result<T, DecodeError> {
  try {
    return ok(decode())
  } catch (error) {
    if (error instanceof DecodeError) return err(error)
    throw error
  }
}

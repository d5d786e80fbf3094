/** The outcome of a check or a decoder: a value, or a violation that names the broken rule. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error })

/** The value of a result that cannot have failed; anything else is a bug in the caller. */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value
  const reason = result.error instanceof Error ? result.error.message : JSON.stringify(result.error)
  throw new InvariantError(`unwrap of a failed result: ${reason}`)
}

/** A bug in Ply, never the fault of a peer or a user. Only a supervisor catches it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Throws {@link InvariantError} unless `condition` holds. For bugs, never for input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}

/** Marks the end of an exhaustive switch: a new variant becomes a type error here. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`)
}

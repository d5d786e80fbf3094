import { basename } from 'node:path'

/** A place in the running code. */
export interface SourceLocation {
  readonly file: string
  readonly line: number
  /** Empty at the top of a module. */
  readonly name: string
}

const FRAME = /^\s*at (?:async )?(?:(.+?) \()?(.*?):(\d+):\d+\)?$/

/** Where the function was called that calls this: the frame below `callee`. */
export function findCaller(callee: (...args: never[]) => unknown): SourceLocation {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, callee)
  const frame = FRAME.exec(holder.stack?.split('\n')[1] ?? '')
  Error.stackTraceLimit = limit
  return { file: basename(frame?.[2] ?? 'unknown'), line: Number(frame?.[3] ?? 0), name: frame?.[1] ?? '' }
}

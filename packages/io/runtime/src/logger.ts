import { closeSync, openSync, writeSync } from 'node:fs'
import type { Clock, Logger, LogLevel } from '@ply/ports'

export interface LogOptions {
  /** Appended to; a line is in the file when `log` returns. */
  readonly file?: string
  /** Gets every line too, as on a terminal. */
  readonly echo?: (line: string) => void
  /** Categories whose `debug` lines are written: `net`, `mempool`, `ln`…; `all` for every one. */
  readonly debug?: readonly string[]
  /** Write `trace` lines of those categories as well. */
  readonly trace?: boolean
  readonly clock: Clock
}

/** The root logger of a process, which can let go of its file. */
export interface LogFile extends Logger {
  /** Opens the file again, after a log rotation moved it. */
  reopen(): void
  close(): void
}

function formatField(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:/+-]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return JSON.stringify(value.message)
  return JSON.stringify(value) ?? 'undefined'
}

function formatLine(time: string, message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const parts = Object.entries(fields).map(([name, value]) => ` ${name}=${formatField(value)}`)
  // One call is one line, whatever a peer put into a field.
  return `${time} ${message}${parts.join('')}`.replace(/[\r\n]+/g, '\\n')
}

/**
 * Writes lines as `2026-01-02T03:04:05.678Z [net] message key=value`. Levels from `info` up always go in; `debug`
 * and `trace` only for the categories asked for.
 */
export function createLogger(options: LogOptions): LogFile {
  const { file, echo, debug = [], trace = false, clock } = options
  let fd = file === undefined ? undefined : openSync(file, 'a')

  const writes = (level: LogLevel, category: string): boolean => {
    if (level !== 'debug' && level !== 'trace') return true
    return (level === 'debug' || trace) && (debug.includes('all') || debug.includes(category))
  }
  const write = (line: string): void => {
    echo?.(line)
    if (fd === undefined) return
    try {
      writeSync(fd, `${line}\n`)
    } catch {
      // A full disk: who wanted to tell of something goes on with it, as with the failure of what matters more.
    }
  }
  const create = (category: string): Logger => ({
    log(level, message, fields) {
      if (!writes(level, category)) return
      const mark = level === 'warn' || level === 'error' ? `[${level}] ` : ''
      const prefix = category === '' ? mark : `[${category}] ${mark}`
      write(formatLine(new Date(clock.now()).toISOString(), prefix + message, fields))
    },
    child: create,
  })

  const close = (): void => {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }
  return {
    ...create(''),
    reopen() {
      close()
      if (file !== undefined) fd = openSync(file, 'a')
    },
    close,
  }
}

/** A logger that writes nothing. */
export const silentLogger: Logger = { log: () => undefined, child: () => silentLogger }

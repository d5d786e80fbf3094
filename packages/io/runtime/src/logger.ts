import { closeSync, openSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs'
import type { Clock, Logger, LogLevel } from '@ply/ports'
import type { LogRateLimit } from './logRateLimit.ts'
import { type LogSelection, selectsLine } from './logSelection.ts'
import { findCaller, type SourceLocation } from './sourceLocation.ts'

/** What stands before the message of a line. */
export interface LogFormat {
  readonly timestamps: boolean
  readonly microseconds: boolean
  readonly threadNames: boolean
  /** Where in the running code each line was written. */
  readonly sourceLocations: boolean
  /** Category and level in every line, not only where they differ from what is usual. */
  readonly alwaysLevel: boolean
}

const DEFAULT_FORMAT: LogFormat = {
  timestamps: true,
  microseconds: false,
  threadNames: false,
  sourceLocations: false,
  alwaysLevel: false,
}

export interface LogOptions {
  /** Appended to; a line is in the file when `log` returns. */
  readonly file?: string
  /** Gets every line too, as on a terminal. */
  readonly echo?: (line: string) => void
  /** Which `debug` and `trace` lines are written; none by default. */
  readonly selection?: LogSelection
  readonly format?: Partial<LogFormat>
  /** Bounds what one place in the code may write into the file, of lines that nobody asked for. */
  readonly rateLimit?: LogRateLimit
  /** What it says goes into the lines; where its reading is held, so that this shows. */
  readonly clock: Clock & { readonly mockTime?: number | undefined }
}

/** The root logger of a process, which can let go of its file. */
export interface LogFile extends Logger {
  /** Opens the file again, after a log rotation moved it. */
  reopen(): void
  /** Categories whose `debug` lines are written. */
  readonly categories: ReadonlySet<string>
  /** Begins or ends to write the `debug` lines of a category. */
  setCategory(category: string, on: boolean): void
  close(): void
}

/** A longer file is cut to a little less than this when it is shrunk. */
const SHRINK_ABOVE = 11_000_000
const SHRINK_TO = 10_000_000

/** Keeps the last ten megabytes of a log that grew longer. */
export function shrinkLogFile(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size <= SHRINK_ABOVE) return
  const end = new Uint8Array(SHRINK_TO)
  const fd = openSync(path, 'r')
  const read = readSync(fd, end, 0, SHRINK_TO, size - SHRINK_TO)
  closeSync(fd)
  writeFileSync(path, end.subarray(0, read))
}

function formatField(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:/+-]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return JSON.stringify(value.message)
  return JSON.stringify(value) ?? 'undefined'
}

function formatMessage(message: string, fields: Readonly<Record<string, unknown>> = {}): string {
  const parts = Object.entries(fields).map(([name, value]) => ` ${name}=${formatField(value)}`)
  // One call is one line, whatever a peer put into a field.
  return `${message}${parts.join('')}`.replace(/[\r\n]+/g, '\\n')
}

/** Before every line while some are dropped, so that nobody is misled by what is missing. */
const SUPPRESSING = '[*] '

const formatLocation = ({ file, line, name }: SourceLocation): string => `[${file}:${line}] [${name}] `

const LEVEL_NAMES: Readonly<Record<LogLevel, string>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
}

/** `[net] `, `[net:trace] `, `[warning] `, or nothing: bitcoind's marks. */
function formatMark(level: LogLevel, category: string, always: boolean): string {
  if (always) return `[${category === '' ? 'all' : category}:${LEVEL_NAMES[level]}] `
  if (level === 'info') return ''
  if (category === '') return `[${LEVEL_NAMES[level]}] `
  return level === 'debug' ? `[${category}] ` : `[${category}:${LEVEL_NAMES[level]}] `
}

const inSeconds = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')

/** The machine's time is written even where the clock is held, with where it is held behind it. */
function formatTime(clock: LogOptions['clock'], microseconds: boolean): string {
  const held = clock.mockTime
  const now = held === undefined ? clock.now() : Date.now()
  const time = new Date(now).toISOString()
  const precise = microseconds
    ? time.replace('Z', `${String(Math.floor((performance.now() * 1000) % 1000)).padStart(3, '0')}Z`)
    : time
  return held === undefined ? `${precise} ` : `${precise} (mocktime: ${inSeconds(held)}) `
}

/**
 * Writes lines as `2026-01-02T03:04:05.678Z [net] message key=value`. Levels from `info` up always go in; `debug`
 * and `trace` only for the categories asked for.
 */
export function createLogger(options: LogOptions): LogFile {
  const { file, echo, clock, rateLimit } = options
  const categories = new Set(options.selection?.categories)
  const selection: LogSelection = { level: 'debug', ...options.selection, categories }
  const format = { ...DEFAULT_FORMAT, ...options.format }
  const thread = format.threadNames ? '[main] ' : ''
  let fd = file === undefined ? undefined : openSync(file, 'a')

  const write = (line: string, toFile = true): void => {
    echo?.(line)
    if (fd === undefined || !toFile) return
    try {
      writeSync(fd, `${line}\n`)
    } catch {
      // A full disk: who wanted to tell of something goes on with it, as with the failure of what matters more.
    }
  }
  const prefix = (): string => (format.timestamps ? formatTime(clock, format.microseconds) : '') + thread
  /** A line of the logger about itself. */
  const writeOwn = (message: string): void => {
    const star = rateLimit?.suppressing ? SUPPRESSING : ''
    write(star + prefix() + formatMark('warn', '', format.alwaysLevel) + message)
  }
  const writeLimited = (line: string, location: SourceLocation, limit: LogRateLimit): void => {
    limit.renew().forEach(writeOwn)
    const fate = limit.take(location, line.length + 1)
    if (fate === 'last') writeOwn(limit.describeStart(location))
    write((limit.suppressing ? SUPPRESSING : '') + line, fate !== 'dropped')
  }
  const create = (category: string): Logger => {
    const log: Logger['log'] = (level, message, fields) => {
      if (!selectsLine(selection, level, category)) return
      const limit = level === 'debug' || level === 'trace' ? undefined : rateLimit
      const location = limit || format.sourceLocations ? findCaller(log) : undefined
      const source = location && format.sourceLocations ? formatLocation(location) : ''
      const mark = formatMark(level, category, format.alwaysLevel)
      const line = prefix() + source + mark + formatMessage(message, fields)
      if (limit && location) writeLimited(line, location, limit)
      else write((rateLimit?.suppressing ? SUPPRESSING : '') + line)
    }
    return { log, child: create }
  }

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
    categories,
    setCategory: (category, on) => void (on ? categories.add(category) : categories.delete(category)),
  }
}

/** A logger that writes nothing. */
export const silentLogger: Logger = { log: () => undefined, child: () => silentLogger }

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** Writes one line per call. Secrets never go in. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** A logger whose lines carry `category` (`net`, `validation`, `ln`). */
  child(category: string): Logger
}

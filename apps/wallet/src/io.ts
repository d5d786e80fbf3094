import type { Readable, Writable } from 'node:stream'

/** Where the program writes: a terminal, a pipe, or a test. */
export interface Output {
  write(text: string): void
  readonly isTTY: boolean
}

/** Everything of the process that commands touch. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly stdin: Readable & { readonly isTTY?: boolean }
  /** Where prompts are drawn. */
  readonly promptOutput: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds since the Unix epoch. */
  now(): number
  sleep(milliseconds: number): Promise<void>
}

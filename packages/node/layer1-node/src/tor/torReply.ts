import { err, ok, type Result } from '@ply/bytes'

/** What Tor answers to one command. */
export interface TorReply {
  readonly code: number
  /** Without code and separator. */
  readonly lines: readonly string[]
}

/** Bytes of a line without its end, and lines of a reply; the longest that we expect are far below. */
const MAX_LINE = 100_000
const MAX_LINES = 1000
const NEWLINE = 0x0a
/** Replies from here on are news that nobody asked for. */
const ASYNCHRONOUS = 600

/** Puts replies together out of bytes as they come, by the lines `<code><separator><text>` of Tor's control protocol. */
export class TorReplyReader {
  #pending: Uint8Array[] = []
  #pendingLength = 0
  #lines: string[] = []

  /** The replies that are complete now. Violation: what is wrong, in words; nothing more can be read then. */
  take(bytes: Uint8Array): Result<readonly TorReply[], string> {
    const replies: TorReply[] = []
    let rest = bytes
    for (;;) {
      const end = rest.indexOf(NEWLINE)
      const part = end < 0 ? rest : rest.subarray(0, end)
      this.#pending.push(part)
      this.#pendingLength += part.length
      if (this.#pendingLength > MAX_LINE) return err('max_line_length exceeded by LineReader')
      if (end < 0) return ok(replies)
      if (this.#lines.length === MAX_LINES) {
        return err(`Control port reply exceeded ${MAX_LINES} lines, disconnecting`)
      }
      const reply = this.#endLine(this.#takeLine())
      if (reply) replies.push(reply)
      rest = rest.subarray(end + 1)
    }
  }

  #takeLine(): string {
    const line = Buffer.concat(this.#pending).toString('latin1').replace(/\r$/, '')
    this.#pending = []
    this.#pendingLength = 0
    return line
  }

  #endLine(line: string): TorReply | undefined {
    // Too short to be one.
    if (line.length < 4) return undefined
    this.#lines.push(line.slice(4))
    if (line[3] !== ' ') return undefined
    const lines = this.#lines
    this.#lines = []
    const code = /^\d{3}$/.test(line.slice(0, 3)) ? Number(line.slice(0, 3)) : 0
    return code >= ASYNCHRONOUS ? undefined : { code, lines }
  }
}

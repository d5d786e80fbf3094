import { ByteWriter, concatBytes, decodeUtf8, utf8ToBytes } from '@ply/bytes'

const MORE = 1
const LONG = 2
const COMMAND = 4

/** One frame: a command, or a part of a message. */
export interface Frame {
  readonly command: boolean
  readonly more: boolean
  readonly body: Uint8Array
}

/** RFC 23, "framing": flags, a size of one byte or eight, the body. */
export function encodeFrame({ command, more, body }: Frame): Uint8Array {
  const long = body.length > 255
  const flags = (more ? MORE : 0) | (long ? LONG : 0) | (command ? COMMAND : 0)
  const writer = new ByteWriter(body.length + 9).u8(flags)
  if (long) writer.u64BE(BigInt(body.length))
  else writer.u8(body.length)
  return writer.bytes(body).finish()
}

/** A message of several parts. */
export function encodeMessage(parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.map((body, i) => encodeFrame({ command: false, more: i < parts.length - 1, body })))
}

/** A command: its name, then its data. */
export function encodeCommand(name: string, data: Uint8Array): Uint8Array {
  const text = utf8ToBytes(name)
  return encodeFrame({ command: true, more: false, body: concatBytes(Uint8Array.of(text.length), text, data) })
}

export interface Command {
  readonly name: string
  readonly data: Uint8Array
}

/** Undefined if the name runs over the end or is no text. */
export function decodeCommand(body: Uint8Array): Command | undefined {
  const length = body[0] ?? 0
  if (length === 0 || length >= body.length) return undefined
  const name = decodeUtf8(body.subarray(1, 1 + length))
  return name.ok ? { name: name.value, data: body.subarray(1 + length) } : undefined
}

/** The READY command's metadata: names and values (RFC 23, "metadata"). */
export function encodeReady(metadata: Readonly<Record<string, string>>): Uint8Array {
  const writer = new ByteWriter(64)
  for (const [name, value] of Object.entries(metadata)) {
    const [key, text] = [utf8ToBytes(name), utf8ToBytes(value)]
    writer.u8(key.length).bytes(key).u32BE(text.length).bytes(text)
  }
  return encodeCommand('READY', writer.finish())
}

/** Takes frames apart as their bytes come. A subscriber has little to say: nothing above `limit` bytes. */
export class FrameReader {
  readonly #limit: number
  #buffer: Uint8Array = new Uint8Array(0)

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whole frames so far; undefined once the stream breaks the protocol or the limit. */
  push(bytes: Uint8Array): Frame[] | undefined {
    this.#buffer = concatBytes(this.#buffer, bytes)
    const frames: Frame[] = []
    for (;;) {
      const next = this.#take()
      if (next === 'broken') return undefined
      if (next === 'more') return frames
      frames.push(next)
    }
  }

  #take(): Frame | 'more' | 'broken' {
    const buffer = this.#buffer
    if (buffer.length < 2) return 'more'
    const flags = buffer[0]!
    if (flags & ~(MORE | LONG | COMMAND)) return 'broken'
    const head = flags & LONG ? 9 : 2
    if (buffer.length < head) return 'more'
    const view = new DataView(buffer.buffer, buffer.byteOffset)
    const size = flags & LONG ? view.getBigUint64(1) : BigInt(buffer[1]!)
    if (size > BigInt(this.#limit)) return 'broken'
    const end = head + Number(size)
    if (buffer.length < end) return 'more'
    this.#buffer = buffer.slice(end)
    return { command: (flags & COMMAND) !== 0, more: (flags & MORE) !== 0, body: buffer.slice(head, end) }
  }
}

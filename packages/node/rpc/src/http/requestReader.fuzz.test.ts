import { expect, test } from 'vitest'
import { concatBytes, utf8ToBytes } from '@ply/bytes'
import { createRandom, mutateBytes, type Random } from '@ply/testkit'
import { MAX_HEAD_SIZE, RequestReader } from './requestReader.ts'

const RUNS = Number(process.env['PLY_FUZZ_RUNS'] ?? 1500)
const MAX_BODY = 3000

const BODY_LENGTHS = [0, 1, 26, 300]

/** A request with a body that is framed in one of the three ways, and what must be read from it. */
function createRequest(random: Random): { readonly bytes: Uint8Array; readonly read: string } {
  const body = random.bytes(random.pick(BODY_LENGTHS))
  const target = `/${random.below(1000)}`
  const end = random.pick(['\r\n', '\n'])
  const read = `POST ${target} ${Buffer.from(body).toString('hex')}`
  const head = (field: string): Uint8Array =>
    utf8ToBytes(`POST ${target} HTTP/1.${random.below(2)}${end}Host: x${end}${field}${end}`)
  if (body.length === 0 && random.chance(0.5)) return { bytes: head(''), read }
  if (random.chance(0.5)) return { bytes: concatBytes(head(`Content-Length: ${body.length}${end}`), body), read }
  const parts = [head(`transfer-encoding: Chunked${end}`)]
  for (let at = 0; at < body.length;) {
    const chunk = body.subarray(at, at + 1 + random.below(100))
    parts.push(
      utf8ToBytes(`${chunk.length.toString(16)}${random.pick(['', ';a=b', ' '])}${end}`),
      chunk,
      utf8ToBytes(end),
    )
    at += chunk.length
  }
  parts.push(utf8ToBytes(`0${end}${random.pick(['', `Trailer: x${end}`])}${end}`))
  return { bytes: concatBytes(...parts), read }
}

/** What is read from bytes that come in these pieces: requests, and the status of what is none. */
function readAll(pieces: Iterable<Uint8Array>, wanted = true): string[] {
  const reader = new RequestReader({ maxBody: MAX_BODY, wantsBody: () => wanted })
  const read: string[] = []
  for (const piece of pieces) {
    reader.push(Buffer.from(piece))
    for (;;) {
      const next = reader.next()
      if (!next.ok) return [...read, `${next.error.status} ${next.error.reason}`]
      if (!next.value) break
      const { head, body } = next.value
      read.push(`${head.method} ${head.target} ${Buffer.from(body).toString('hex')}`)
    }
  }
  return read
}

function* split(random: Random, bytes: Uint8Array): Iterable<Uint8Array> {
  const most = random.pick([1, 3, 50, 1000])
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + 1 + random.below(most))
    at += piece.length
    yield piece
  }
}

test('requests are the same however their bytes are split', () => {
  const random = createRandom(21)
  for (let run = 0; run < RUNS / 5; run++) {
    const requests = Array.from({ length: 1 + random.below(6) }, () => createRequest(random))
    const bytes = concatBytes(...requests.map((each) => each.bytes))
    const expected = requests.map((each) => each.read)
    expect(readAll([bytes])).toEqual(expected)
    expect(readAll(split(random, bytes))).toEqual(expected)
  }
})

test('so is what becomes of bytes that are no requests', () => {
  const random = createRandom(22)
  const seeds = Array.from({ length: 30 }, () => createRequest(random).bytes)
  for (let run = 0; run < RUNS; run++) {
    const bytes = concatBytes(mutateBytes(random, seeds), random.pick(seeds), mutateBytes(random, seeds))
    expect(readAll(split(random, bytes))).toEqual(readAll([bytes]))
  }
})

test('a body that nobody wants is passed over', () => {
  const random = createRandom(23)
  const body = random.bytes(300)
  const bytes = concatBytes(utf8ToBytes('POST /a HTTP/1.1\r\nContent-Length: 300\r\n\r\n'), body)
  const after = utf8ToBytes('GET /bc HTTP/1.1\r\n\r\n')
  expect(readAll([bytes.subarray(0, 60), bytes.subarray(60), after], false)).toEqual(['POST /a ', 'GET /bc '])
})

const chunked = (text: string): string => `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${text}`
const measured = (length: string): string => `POST / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`
const headOf = (size: number): string => `GET /${'x'.repeat(size - 18)} HTTP/1.1\r\n\r\n`

test.each([
  [headOf(MAX_HEAD_SIZE).slice(0, -4) + '\r\nA: b\r\n\r\n', '400 HTTP headers exceed size limit'],
  ['x'.repeat(MAX_HEAD_SIZE), '400 HTTP headers exceed size limit'],
  [measured('+5'), '400 Cannot parse Content-Length value'],
  [measured('5\r\nContent-Length: 6'), '400 Differing Content-Length values'],
  [measured(String(MAX_BODY + 1)), '413 Max body size exceeded'],
  [measured('99999999999999999999'), '413 Max body size exceeded'],
  [chunked('0x5\r\n'), '400 Cannot parse chunk length value'],
  [chunked('\r\n'), '400 Cannot parse chunk length value'],
  [chunked('-1\r\n'), '400 Cannot parse chunk length value'],
  [chunked('2\r\nabc\r\n'), '400 Improperly terminated chunk'],
  [chunked(`${(MAX_BODY + 1).toString(16)}\r\n`), '413 Chunk will exceed max body size'],
  [chunked(`1\r\nx\r\n${MAX_BODY.toString(16)}\r\n`), '413 Chunk will exceed max body size'],
  [chunked('ffffffffffffffff\r\n'), '413 Chunk will exceed max body size'],
  [chunked(`1;${'x'.repeat(9000)}\r\n`), '400 max_line_length exceeded by LineReader'],
  [chunked(`0\r\n${'a: b\r\n'.repeat(2000)}`), '400 HTTP chunked trailer exceeds size limit'],
])('what breaks a rule or a limit is named: %#', (text, expected) => {
  const random = createRandom(24)
  const bytes = utf8ToBytes(text)
  expect(readAll([bytes])).toEqual([expected])
  expect(readAll(split(random, bytes))).toEqual([expected])
})

test('the longest head and the longest body are read', () => {
  const longest = `${measured(String(MAX_BODY))}${'x'.repeat(MAX_BODY)}`
  expect(headOf(MAX_HEAD_SIZE)).toHaveLength(MAX_HEAD_SIZE)
  expect(readAll([utf8ToBytes(headOf(MAX_HEAD_SIZE))])).toHaveLength(1)
  expect(readAll([utf8ToBytes(longest)])).toEqual([`POST / ${'78'.repeat(MAX_BODY)}`])
})

import { expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { createRandom } from '@ply/testkit'
import { JsonWriter } from './jsonWriter.ts'
import { joinMembers } from './joinMembers.ts'
import { stringifyJson } from './stringify.ts'
import { JsonText } from './value.ts'

test('writes text, numbers and hexadecimal of every length, over the ends of its pieces', () => {
  const random = createRandom(3)
  const writer = new JsonWriter().text('[')
  const expected: (string | number)[] = []
  for (let i = 0; i < 3000; i++) {
    const bytes = random.bytes(random.below(i % 10 === 0 ? 2000 : 100))
    const reversed = bytesToHex(bytes.toReversed())
    writer
      .text(i === 0 ? '"' : ',"')
      .hex(bytes)
      .text('","')
      .hash(bytes)
      .text('",')
      .integer(i)
    expected.push(bytesToHex(bytes), reversed, i)
  }
  expect(writer.text(']').finish().text).toBe(JSON.stringify(expected))
})

test('a piece longer than all room is written whole', () => {
  const long = 'x'.repeat(1_000_000)
  expect(new JsonWriter().text('"').text(long).text('"').finish().text).toBe(JSON.stringify(long))
})

test('what is written already goes out as it stands', () => {
  const written = new JsonText('{"a":1.00}')
  expect(stringifyJson({ before: 0, written, all: [written] })).toBe(
    '{"before":0,"written":{"a":1.00},"all":[{"a":1.00}]}',
  )
})

test('joins the members of objects, written or not, of which some are empty', () => {
  const none = { left: undefined }
  expect(joinMembers(none, new JsonText('{"a":1}'), {}, { b: [2], none: undefined }, new JsonText('{}')).text).toBe(
    '{"a":1,"b":[2]}',
  )
  expect(joinMembers(none).text).toBe('{}')
})

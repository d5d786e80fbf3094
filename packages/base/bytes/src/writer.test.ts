import { expect, test } from 'vitest'
import { ByteWriter, withEncoding } from './writer.ts'

const copy = (bytes: Uint8Array): number[] => [...bytes]

test('integers wrap as two’s complement does, in the order that was asked for', () => {
  const writer = new ByteWriter(1)
  writer.u8(0x1ff).u16(0x12345).u32(0x89abcdef).i32(-2).i64(-3n).u16BE(0x0102).u32BE(0xfffefdfc).u64BE(5n)
  expect(copy(writer.finish())).toEqual([
    ...[0xff, 0x45, 0x23, 0xef, 0xcd, 0xab, 0x89, 0xfe, 0xff, 0xff, 0xff],
    ...[0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 0xff, 0xfe, 0xfd, 0xfc],
    ...[0, 0, 0, 0, 0, 0, 0, 5],
  ])
})

test('an encoding may be made while another is under way, and after one that threw', () => {
  const inner = (): number[] => withEncoding((writer) => void writer.u8(7), copy)
  expect(withEncoding((writer) => void writer.u8(1).bytes(Uint8Array.from(inner())).u8(2), copy)).toEqual([1, 7, 2])
  expect(() => withEncoding(() => expect.fail('no'), copy)).toThrow('no')
  expect(withEncoding((writer) => void writer.u8(3), copy)).toEqual([3])
  const long = new Uint8Array(10_000).fill(9)
  expect(withEncoding((writer) => void writer.bytes(long), copy)).toHaveLength(10_000)
  expect(withEncoding(() => undefined, copy)).toEqual([])
})

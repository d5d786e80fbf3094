import { describe, expect, test } from 'vitest'
import { bytesToHex, ByteReader, ByteWriter, decodeExact, hexToBytes } from '@ply/bytes'
import { bigSize, point, shortChannelIdField, struct, truncatedMsat, tu16, tu32, tu64, u16, u64 } from './field.ts'
import { formatShortChannelId } from './ids.ts'
import { tlv, tlvNamespace } from './tlv.ts'

// BOLT 1, appendices A and B.

const n1 = tlvNamespace({
  tlv1: tlv(1, tu64),
  tlv2: tlv(2, shortChannelIdField),
  tlv3: tlv(3, struct({ nodeId: point, amountMsat1: u64, amountMsat2: u64 })),
  tlv4: tlv(254, u16),
})
const n2 = tlvNamespace({ tlv1: tlv(0, tu64), tlv2: tlv(11, tu32) })

const readN1 = (hex: string) => decodeExact(hexToBytes(hex), (reader) => n1.read(reader))
const readN2 = (hex: string) => decodeExact(hexToBytes(hex), (reader) => n2.read(reader))
const NODE_ID = '023da092f6980e58d2c037173180e9a465476026ee50f96695963e8efe436f54eb'

describe('appendix A: BigSize', () => {
  test.each([
    ['00', 0n],
    ['fc', 252n],
    ['fd00fd', 253n],
    ['fdffff', 65535n],
    ['fe00010000', 65536n],
    ['feffffffff', 4294967295n],
    ['ff0000000100000000', 4294967296n],
    ['ffffffffffffffffff', 18446744073709551615n],
  ])('%s is %d both ways', (hex, value) => {
    expect(decodeExact(hexToBytes(hex), (reader) => bigSize.read(reader))).toEqual({ ok: true, value })
    const writer = new ByteWriter()
    bigSize.write(writer, value)
    expect(bytesToHex(writer.finish())).toBe(hex)
  })

  test.each([
    ['fd00fc', 'non-canonical-big-size'],
    ['fe0000ffff', 'non-canonical-big-size'],
    ['ff00000000ffffffff', 'non-canonical-big-size'],
    ['fd00', 'end-of-data'],
    ['feffff', 'end-of-data'],
    ['ffffffffff', 'end-of-data'],
    ['', 'end-of-data'],
    ['fd', 'end-of-data'],
    ['fe', 'end-of-data'],
    ['ff', 'end-of-data'],
  ])('%s fails with %s', (hex, code) => {
    const decoded = decodeExact(hexToBytes(hex), (reader) => bigSize.read(reader))
    expect(decoded.ok ? decoded.value : decoded.error.code).toBe(code)
  })
})

describe('appendix B: decoding failures', () => {
  test.each([
    ['fd', 'end-of-data'],
    ['fd01', 'end-of-data'],
    ['fd000100', 'non-canonical-big-size'],
    ['fd0101', 'end-of-data'],
    ['0ffd', 'end-of-data'],
    ['0ffd26', 'end-of-data'],
    ['0ffd2602', 'end-of-data'],
    ['0ffd000100', 'non-canonical-big-size'],
    ['0ffd0201' + '00'.repeat(257 - 1), 'end-of-data'],
    ['1200', 'unknown-even-tlv'],
    ['fd010200', 'unknown-even-tlv'],
    ['fe0100000200', 'unknown-even-tlv'],
    ['ff010000000000000200', 'unknown-even-tlv'],
  ])('in any namespace: %s', (hex, code) => {
    for (const decoded of [readN1(hex), readN2(hex)]) expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code)
  })

  test.each([
    ['0109ffffffffffffffffff', 'trailing-data'],
    ['010100', 'non-canonical-truncated-integer'],
    ['01020001', 'non-canonical-truncated-integer'],
    ['0103000100', 'non-canonical-truncated-integer'],
    ['010400010000', 'non-canonical-truncated-integer'],
    ['01050001000000', 'non-canonical-truncated-integer'],
    ['0106000100000000', 'non-canonical-truncated-integer'],
    ['010700010000000000', 'non-canonical-truncated-integer'],
    ['01080001000000000000', 'non-canonical-truncated-integer'],
    ['020701010101010101', 'end-of-data'],
    ['0209010101010101010101', 'trailing-data'],
    ['0321' + NODE_ID, 'end-of-data'],
    ['0329' + NODE_ID + '0000000000000001', 'end-of-data'],
    ['0330' + NODE_ID + '000000000000000100000000000001', 'end-of-data'],
    ['033104' + NODE_ID.slice(2) + '00000000000000010000000000000002', 'bad-public-key'],
    ['0332' + NODE_ID + '0000000000000001000000000000000001', 'trailing-data'],
    ['fd00fe00', 'end-of-data'],
    ['fd00fe0101', 'end-of-data'],
    ['fd00fe03010101', 'trailing-data'],
    ['0000', 'unknown-even-tlv'],
    ['0208000000000000022601012a', 'tlv-out-of-order'],
    ['0208000000000000023102080000000000000451', 'tlv-out-of-order'],
    ['1f000f012a', 'tlv-out-of-order'],
    ['1f001f012a', 'tlv-out-of-order'],
  ])('in n1: %s', (hex, code) => {
    const decoded = readN1(hex)
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe(code)
  })

  test('in n2: a type that wraps around', () => {
    const decoded = readN2('ffffffffffffffffff000000')
    expect(decoded.ok ? 'ok' : decoded.error.code).toBe('tlv-out-of-order')
  })
})

describe('appendix B: decoding successes', () => {
  const reEncode = (hex: string): string => {
    const writer = new ByteWriter()
    n1.write(writer, n1.read(new ByteReader(hexToBytes(hex))))
    return bytesToHex(writer.finish())
  }

  test.each(['', '2100', 'fd020100', 'fd00fd00', 'fd00ff00', 'fe0200000100', 'ff020000000000000100'])(
    'in either namespace %s is ignored, and kept',
    (hex) => {
      expect(readN1(hex).ok).toBe(true)
      expect(readN2(hex).ok).toBe(true)
      expect(reEncode(hex)).toBe(hex)
    },
  )

  test.each([
    ['0100', 0n],
    ['010101', 1n],
    ['01020100', 256n],
    ['0103010000', 65536n],
    ['010401000000', 16777216n],
    ['01050100000000', 4294967296n],
    ['0106010000000000', 1099511627776n],
    ['010701000000000000', 281474976710656n],
    ['01080100000000000000', 72057594037927936n],
  ])('n1 tlv1 %s is %d', (hex, tlv1) => {
    expect(readN1(hex)).toEqual({ ok: true, value: { tlv1 } })
    expect(reEncode(hex)).toBe(hex)
  })

  test('n1 tlv2, tlv3 and tlv4', () => {
    const two = readN1('02080000000000000226')
    expect(two.ok && two.value.tlv2 !== undefined && formatShortChannelId(two.value.tlv2)).toBe('0x0x550')
    expect(readN1('0331' + NODE_ID + '00000000000000010000000000000002')).toEqual({
      ok: true,
      value: { tlv3: { nodeId: hexToBytes(NODE_ID), amountMsat1: 1n, amountMsat2: 2n } },
    })
    expect(readN1('fd00fe020226')).toEqual({ ok: true, value: { tlv4: 550 } })
  })

  test('a higher-numbered stream may follow a lower-numbered one', () => {
    expect(readN1('010101' + '02080000000000000226' + 'fd00fe020226').ok).toBe(true)
  })
})

test('truncated integers have their own width', () => {
  const read = (codec: typeof tu16, hex: string) => decodeExact(hexToBytes(hex), (reader) => codec.read(reader))
  expect(read(tu16, 'ffff')).toEqual({ ok: true, value: 65535 })
  expect(read(tu16, '010000').ok).toBe(false)
  expect(read(tu32, 'ffffffff')).toEqual({ ok: true, value: 4294967295 })
  const most = (hex: string) => decodeExact(hexToBytes(hex), (reader) => truncatedMsat.read(reader))
  expect(most('1d24b2dfac520000').ok).toBe(true)
  expect(most('1d24b2dfac520001').ok).toBe(false)
})

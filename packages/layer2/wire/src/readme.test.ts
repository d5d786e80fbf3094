import { expect, test } from 'vitest'
import { bytesToHex, unwrap } from '@ply/bytes'
import { decodeMessage, encodeMessage, formatShortChannelId, parseShortChannelId } from '@ply/wire'

const bytes = encodeMessage({ type: 'ping', numPongBytes: 4, ignored: new Uint8Array(2) })
const hex = bytesToHex(bytes)
const message = unwrap(decodeMessage(bytes))
const wanted = message.type === 'ping' ? message.numPongBytes : 0
const unknownEven = decodeMessage(Uint8Array.of(0x01, 0xfe))
const channel = formatShortChannelId(unwrap(parseShortChannelId('103x1x0')))

test('the README example', () => {
  expect(hex).toBe('0012000400020000')
  expect(wanted).toBe(4)
  expect(unknownEven.ok ? 'ok' : unknownEven.error.code).toBe('unknown-even-type')
  expect(channel).toBe('103x1x0')
})

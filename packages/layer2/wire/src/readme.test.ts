import { expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { decodeMessage, encodeMessage, parseShortChannelId } from '@ply/wire'

test('the README example', () => {
  const bytes = encodeMessage({ type: 'ping', numPongBytes: 4, ignored: new Uint8Array(2) })
  expect(bytesToHex(bytes)).toBe('0012000400020000')

  const decoded = decodeMessage(bytes)
  if (decoded.ok && decoded.value.type === 'ping') expect(decoded.value.numPongBytes).toBe(4)

  const unknownEven = decodeMessage(Uint8Array.of(0x01, 0xfe))
  if (!unknownEven.ok) expect(unknownEven.error.code).toBe('unknown-even-type')

  const channel = parseShortChannelId('103x1x0')
  if (channel.ok) expect(channel.value).toBe((103n << 40n) + (1n << 16n))
})

import { expect, it } from 'vitest'
import { decodeMessage, encodeMessage, encodeV1, V1Parser } from '@ply/p2p'
import { REGTEST } from '@ply/primitives'

// A message on the wire, and back from whatever pieces the socket delivers.
const payload = encodeMessage({ command: 'ping', nonce: 42n })
const frame = encodeV1(REGTEST.magic, 'ping', payload)
const parser = new V1Parser(REGTEST.magic)
parser.push(frame.subarray(0, 10))
const [event] = parser.push(frame.subarray(10))
const message = event?.type === 'message' ? decodeMessage('ping', event.payload) : undefined

it('does what the README shows', () => {
  expect(message).toEqual({ ok: true, value: { command: 'ping', nonce: 42n } })
})

import { expect, it } from 'vitest'
import type { Connection } from '@ply/ports'
import { PeerLink } from './peerLink.ts'

it('tells when more waits than may, and when half of that has gone', async () => {
  const sent: (() => void)[] = []
  const connection: Connection = {
    ...{ remoteAddress: 'a:1', localAddress: 'b:2' },
    send: () => new Promise((resolve) => sent.push(resolve)),
    ...{ listen: () => undefined, pause: () => undefined, resume: () => undefined, close: () => undefined },
  }
  const told: boolean[] = []
  const link = new PeerLink({
    ...{ id: 1, connection, kind: 'inbound', host: undefined, requested: undefined, preferEvict: false },
    sendBuffer: 100,
    writable: (writable) => void told.push(writable),
  })
  for (let i = 0; i < 4; i++) link.send(new Uint8Array(40))
  expect(told).toEqual([false])
  for (const [gone, expected] of [
    [2, [false]],
    [3, [false, true]],
  ] as const) {
    while (sent.length > 4 - gone) sent.shift()!()
    await Promise.resolve()
    await Promise.resolve()
    expect(told).toEqual(expected)
  }
})

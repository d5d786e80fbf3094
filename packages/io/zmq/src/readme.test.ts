import { expect, test } from 'vitest'
import { createTcpTransport } from '@ply/net'
import { ZmqPublisher } from '@ply/zmq'

test('the example of the README', async () => {
  const publisher = await ZmqPublisher.listen(createTcpTransport(), '127.0.0.1:0')
  publisher.publish([new TextEncoder().encode('topic'), Uint8Array.of(1, 2, 3)], 1000)
  await publisher.close()

  expect(publisher.address).toMatch(/^127\.0\.0\.1:\d+$/)
})

import { expect, test } from 'vitest'
import { createTcpTransport } from '@ply/net'

test('the example of the README', async () => {
  const transport = createTcpTransport()
  const listener = await transport.listen('127.0.0.1:0', (connection) => {
    connection.listen({ data: (bytes) => void connection.send(bytes), closed: () => undefined })
  })
  const client = await transport.connect(listener.address, 5000)
  const echo = new Promise<Uint8Array>((resolve) => client.listen({ data: resolve, closed: () => undefined }))
  await client.send(Uint8Array.of(1, 2, 3))
  const answer = await echo
  await listener.close()

  expect(answer).toEqual(Uint8Array.of(1, 2, 3))
})

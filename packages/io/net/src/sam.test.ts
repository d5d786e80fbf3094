import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createTcpTransport } from './tcpTransport.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const HOST = 'h3r6bkn46qxftwja53pxiykntegfyfjqtnzbm6iv6r5mungmqgmq.b32.i2p'
const ANSWERS: Readonly<Record<string, string>> = {
  HELLO: 'HELLO REPLY RESULT=OK VERSION=3.1\n',
  SESSION: 'SESSION STATUS RESULT=OK DESTINATION=secret\n',
  NAMING: `NAMING REPLY RESULT=OK NAME=${HOST} VALUE=dest~-=\n`,
  STREAM: 'STREAM STATUS RESULT=OK\nhi',
}

/** A router that answers each request by its first word, and what it was asked. */
async function startRouter(answers = ANSWERS) {
  const asked: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      const request = bytes.toString('latin1').trim()
      asked.push(request)
      const answer = answers[request.split(' ', 1)[0]!]
      if (answer === undefined) socket.end()
      else socket.write(answer)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const i2p = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, transport: createTcpTransport({ proxies: { i2p, randomize: true } }) }
}

test('leads to an I2P destination, and carries what follows', async () => {
  const { asked, transport } = await startRouter()
  const connection = await transport.connect(`${HOST}:0`, 5000)
  expect(connection.remoteAddress).toBe(`${HOST}:0`)
  const greeting = await new Promise<string>((resolve) =>
    connection.listen({ data: (bytes) => resolve(String.fromCharCode(...bytes)), closed: () => resolve('closed') }),
  )
  expect(greeting).toBe('hi')
  const id = /ID=(\w{10}) /.exec(asked[1]!)?.[1]
  expect(asked).toEqual([
    'HELLO VERSION MIN=3.1 MAX=3.1',
    `SESSION CREATE STYLE=STREAM ID=${id} DESTINATION=TRANSIENT SIGNATURE_TYPE=7 i2cp.leaseSetEncType=4,0 inbound.quantity=1 outbound.quantity=1`,
    'HELLO VERSION MIN=3.1 MAX=3.1',
    `NAMING LOOKUP NAME=${HOST}`,
    `STREAM CONNECT ID=${id} DESTINATION=dest~-= SILENT=false`,
  ])
  connection.close()
})

test.each([
  [
    'an answer that is not OK',
    { ...ANSWERS, STREAM: 'STREAM STATUS RESULT=CANT_REACH_PEER\n' },
    'Reply to "STREAM CONNECT',
  ],
  ['a destination that nobody knows', { ...ANSWERS, NAMING: 'NAMING REPLY RESULT=OK\n' }, 'Missing VALUE='],
  ['a router that hangs up', { HELLO: ANSWERS['HELLO']! }, 'the I2P router closed the connection'],
  ['a line without end', { HELLO: 'x'.repeat(70_000) }, 'the I2P router closed the connection'],
])('%s fails', async (_, answers, message) => {
  const { transport } = await startRouter(answers)
  await expect(transport.connect(`${HOST}:0`, 5000)).rejects.toThrow(`Error connecting to ${HOST}:0: ${message}`)
})

test('I2P knows no ports, and takes a router', async () => {
  const { transport, asked } = await startRouter()
  const arbitrary = `Error connecting to ${HOST}:8333, connection refused due to arbitrary port 8333`
  await expect(transport.connect(`${HOST}:8333`, 5000)).rejects.toThrow(arbitrary)
  expect(asked).toEqual([])
  await expect(createTcpTransport().connect(`${HOST}:0`, 5000)).rejects.toThrow('can be reached through a proxy only')
  const nobody = createTcpTransport({ proxies: { i2p: '127.0.0.1:1', randomize: true } })
  const refused = `Error connecting to ${HOST}:0: Cannot connect to 127.0.0.1:1`
  await expect(nobody.connect(`${HOST}:0`, 5000)).rejects.toThrow(refused)
})

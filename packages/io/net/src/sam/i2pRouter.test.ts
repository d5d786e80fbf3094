import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { Connection } from '@ply/ports'
import { ManualClock } from '@ply/testkit'
import { createTcpTransport } from '../tcpTransport.ts'
import { addressOfKey, encodeKey, FakeSam, PEER_DESTINATION, PEER_HOST } from '../test/fakeSam.ts'
import { I2pRouter } from './i2pRouter.ts'

let folder: string
let sam: FakeSam
const cleanup: (() => unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ply-i2p-'))
  sam = await FakeSam.start()
})
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo()
  sam.close()
  await rm(folder, { recursive: true, force: true })
})

/** A transport through the router: with a lasting address where `name` says where its key is kept. */
function connectTo(router: FakeSam, name?: string) {
  const keyFile = name === undefined ? undefined : join(folder, name)
  const i2p = new I2pRouter({ address: router.address, keyFile })
  cleanup.push(() => i2p.close())
  const connect = (hidden = false): Promise<Connection> =>
    createTcpTransport({ i2p }).connect(`${PEER_HOST}:0`, 5000, { hidden })
  return { i2p, connect }
}

const firstBytes = (connection: Connection): Promise<string> =>
  new Promise((resolve) =>
    connection.listen({ data: (bytes) => resolve(String.fromCharCode(...bytes)), closed: () => resolve('closed') }),
  )
const idOf = (request: string | undefined): string | undefined => / ID=(\w{10}) /.exec(request ?? '')?.[1]
const sessions = (): string[] => sam.asked.filter((request) => request.startsWith('SESSION CREATE'))

describe('without a lasting address', () => {
  it('leads to a destination from a new one, and carries what follows', async () => {
    const transport = createTcpTransport({ proxies: { i2p: sam.address, randomize: true } })
    const connection = await transport.connect(`${PEER_HOST}:0`, 5000)
    expect([connection.remoteAddress, connection.localAddress]).toEqual([`${PEER_HOST}:0`, addressOfKey(sam.key)])
    expect(await firstBytes(connection)).toBe('hi')
    const id = idOf(sam.asked[1])
    expect(sam.asked).toEqual([
      'HELLO VERSION MIN=3.1 MAX=3.1',
      `SESSION CREATE STYLE=STREAM ID=${id} DESTINATION=TRANSIENT SIGNATURE_TYPE=7 i2cp.leaseSetEncType=4,0 inbound.quantity=1 outbound.quantity=1`,
      'HELLO VERSION MIN=3.1 MAX=3.1',
      `NAMING LOOKUP NAME=${PEER_HOST}`,
      `STREAM CONNECT ID=${id} DESTINATION=${PEER_DESTINATION} SILENT=false`,
    ])
    connection.close()
  })

  it('makes a session for each connection, and uses one again that led nowhere', async () => {
    const { connect } = connectTo(sam)
    await connect()
    await connect()
    expect(new Set(sessions().map(idOf)).size).toBe(2)
    sam.answers.set('STREAM CONNECT', 'STREAM STATUS RESULT=CANT_REACH_PEER\n')
    await expect(connect()).rejects.toThrow('CANT_REACH_PEER')
    sam.answers.delete('STREAM CONNECT')
    await connect()
    expect(sessions()).toHaveLength(3)
  })
})

describe('with a lasting address', () => {
  it('makes one key, keeps it, and one session for all but hidden connections', async () => {
    const { connect } = connectTo(sam, 'key')
    await Promise.all([connect(), connect()])
    expect(sam.asked.filter((request) => request.startsWith('DEST GENERATE'))).toHaveLength(1)
    expect(sessions()).toHaveLength(1)
    expect(sessions()[0]).toContain(`DESTINATION=${encodeKey(sam.key)} i2cp.leaseSetEncType=4,0 inbound.quantity=3`)
    expect(Buffer.compare(await readFile(join(folder, 'key')), sam.key)).toBe(0)
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600)
    await connect(true)
    expect(sessions()[1]).toContain('DESTINATION=TRANSIENT')
    await connectTo(sam, 'key').connect()
    expect(sessions()[2]).toContain(`DESTINATION=${encodeKey(sam.key)}`)
    expect(sam.asked.filter((request) => request.startsWith('DEST GENERATE'))).toHaveLength(1)
  })

  it('makes the session anew when the router forgot it', async () => {
    const { connect } = connectTo(sam, 'key')
    sam.answers.set('STREAM CONNECT', 'STREAM STATUS RESULT=INVALID_ID\n')
    await expect(connect()).rejects.toThrow('INVALID_ID')
    sam.answers.delete('STREAM CONNECT')
    await connect()
    expect(sessions()).toHaveLength(2)
  })

  it('says what is wrong with a key that is none', async () => {
    await writeFile(join(folder, 'key'), 'short')
    await expect(connectTo(sam, 'key').connect()).rejects.toThrow('The private key is too short (5 < 387)')
  })
})

describe('peers that come', () => {
  function serve(name = 'key') {
    const { i2p } = connectTo(sam, name)
    const clock = new ManualClock()
    const addresses: (string | undefined)[] = []
    const waiting: ((connection: Connection) => void)[] = []
    const stop = i2p.serve(
      {
        accepted: (connection) => waiting.shift()?.(connection),
        listening: (address) => void addresses.push(address),
      },
      clock,
    )
    cleanup.push(stop)
    const next = (): Promise<Connection> => new Promise((resolve) => waiting.push(resolve))
    return { clock, addresses, next, stop }
  }

  it('are let in one after the other, each by its own address', async () => {
    const { addresses, next, stop } = serve()
    for (const greeting of ['one', 'two']) {
      const coming = next()
      const socket = await sam.waitFor('STREAM ACCEPT')
      socket.write(`${encodeKey(Buffer.from('peer'))}\n${greeting}`)
      const connection = await coming
      expect(connection.remoteAddress).toMatch(/^[a-z2-7]{52}\.b32\.i2p:0$/)
      expect(connection.localAddress).toBe(addressOfKey(sam.key))
      expect(await firstBytes(connection)).toBe(greeting)
      socket.destroy()
    }
    expect(sessions()).toHaveLength(1)
    stop()
    expect(addresses).toEqual([addressOfKey(sam.key), undefined])
  })

  it.each([
    ['an address that is none', '???\n', 1],
    ['an endless one', 'x'.repeat(70_000), 1],
    ['the news that the session is lost', 'STREAM STATUS RESULT=I2P_ERROR MESSAGE="closed"\n', 2],
  ])('with %s are not, and others are waited for after a while', async (_, line, made) => {
    const { clock, next } = serve()
    ;(await sam.waitFor('STREAM ACCEPT')).end(line)
    await expect.poll(() => sam.waiting('STREAM ACCEPT').length).toBe(0)
    const coming = next()
    await expect
      .poll(() => {
        clock.advance(1000)
        return sam.waiting('STREAM ACCEPT').length
      })
      .toBe(1)
    ;(await sam.waitFor('STREAM ACCEPT')).write(`${encodeKey(Buffer.from('peer'))}\n`)
    await coming
    expect(sessions()).toHaveLength(made)
  })

  it('are told of nowhere while the router does not let us listen', async () => {
    sam.answers.set('STREAM ACCEPT', 'STREAM STATUS RESULT=INVALID_ID\n')
    const { clock, addresses } = serve()
    await expect.poll(() => sam.asked.filter((request) => request.startsWith('STREAM ACCEPT')).length).toBe(1)
    expect(addresses).toEqual([])
    sam.answers.delete('STREAM ACCEPT')
    await expect
      .poll(() => {
        clock.advance(1000)
        return addresses
      })
      .toEqual([addressOfKey(sam.key)])
  })
})

test.each([
  ['an answer that is not OK', 'STREAM CONNECT', 'STREAM STATUS RESULT=CANT_REACH_PEER\n', '"STREAM STATUS RESULT='],
  ['a destination that nobody knows', 'NAMING LOOKUP', 'NAMING REPLY RESULT=OK\n', 'Missing VALUE='],
  ['a name that is none', 'NAMING LOOKUP', 'NAMING REPLY RESULT=INVALID_KEY\n', 'Reply to "NAMING LOOKUP'],
  ['a session that is refused', 'SESSION CREATE', 'SESSION STATUS RESULT=I2P_ERROR\n', 'Reply to "SESSION CREATE ..."'],
  [
    'a session of nobody',
    'SESSION CREATE',
    'SESSION STATUS RESULT=OK DESTINATION=aaaa\n',
    'The private key is too short',
  ],
  ['a router that hangs up', 'HELLO VERSION', undefined, 'the I2P router closed the connection'],
  ['a line without end', 'HELLO VERSION', 'x'.repeat(70_000), 'the I2P router closed the connection'],
])('%s fails', async (_, verb, answer, message) => {
  sam.answers.set(verb, answer)
  await expect(connectTo(sam).connect()).rejects.toThrow(`Error connecting to ${PEER_HOST}:0: ${message}`)
})

test('I2P knows no ports, and takes a router', async () => {
  const transport = createTcpTransport({ proxies: { i2p: sam.address, randomize: true } })
  const arbitrary = `Error connecting to ${PEER_HOST}:8333, connection refused due to arbitrary port 8333`
  await expect(transport.connect(`${PEER_HOST}:8333`, 5000)).rejects.toThrow(arbitrary)
  expect(sam.asked).toEqual([])
  await expect(createTcpTransport().connect(`${PEER_HOST}:0`, 5000)).rejects.toThrow(
    'can be reached through a proxy only',
  )
  const nobody = createTcpTransport({ proxies: { i2p: '127.0.0.1:1', randomize: true } })
  const refused = `Error connecting to ${PEER_HOST}:0: Cannot connect to 127.0.0.1:1`
  await expect(nobody.connect(`${PEER_HOST}:0`, 5000)).rejects.toThrow(refused)
})

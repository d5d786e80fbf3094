import { concatBytes, utf8ToBytes } from '@ply/bytes'
import { createTcpTransport } from '@ply/net'
import type { Connection } from '@ply/ports'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeCommand, encodeCommand, encodeFrame, encodeReady, FrameReader } from './frame.ts'
import { encodeGreeting } from './greeting.ts'
import { Subscriber } from './subscriber.ts'
import { ZmqPublisher } from './zmqPublisher.ts'
import { encodeSubscription as subscription, ZmqSubscriber } from './zmqSubscriber.ts'

const transport = createTcpTransport()
let publisher: ZmqPublisher
beforeEach(async () => {
  publisher = await ZmqPublisher.listen(transport, '127.0.0.1:0', 3)
})
afterEach(() => publisher.close())

const topic = (name: string) => utf8ToBytes(name)
const body = (text: string) => utf8ToBytes(text)

/** A subscriber that collects what it gets. */
class Collector {
  readonly messages: (readonly Uint8Array[])[] = []
  readonly closed: Promise<string>
  #subscriber!: ZmqSubscriber
  #arrived: () => void = () => undefined
  #close!: (reason: string) => void

  private constructor() {
    this.closed = new Promise((resolve) => (this.#close = resolve))
  }

  static async connect(...prefixes: readonly string[]): Promise<Collector> {
    const collector = new Collector()
    collector.#subscriber = await ZmqSubscriber.connect(transport, publisher.address, {
      prefixes,
      message: (parts) => {
        collector.messages.push(parts)
        collector.#arrived()
      },
      closed: (reason) => collector.#close(reason),
    })
    return collector
  }

  async received(count: number): Promise<readonly (readonly Uint8Array[])[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => (this.#arrived = resolve))
    return this.messages
  }

  close(): void {
    this.#subscriber.close()
  }
}

/** Publishes until a subscriber, whose subscription is on its way, got one. */
async function publishUntilHeard(subscriber: Collector, name: string): Promise<void> {
  while (subscriber.messages.length === 0) {
    publisher.publish([topic(name), body('first')], 0)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('who subscribed to a prefix gets what begins with it, in order and whole', async () => {
  const subscriber = await Collector.connect('hash')
  await publishUntilHeard(subscriber, 'hashtx')
  const before = subscriber.messages.length
  const big = new Uint8Array(100_000).fill(7)
  publisher.publish([topic('rawtx'), body('not wanted')], 0)
  publisher.publish([topic('hashblock'), big, Uint8Array.of(1, 0, 0, 0)], 0)
  publisher.publish([topic('hashtx'), body('last')], 0)
  const messages = (await subscriber.received(before + 2)).filter(([, text]) => text!.length !== 5)
  expect(messages).toEqual([
    [topic('hashblock'), big, Uint8Array.of(1, 0, 0, 0)],
    [topic('hashtx'), body('last')],
  ])
  subscriber.close()
})

/** A connection whose other end is the test. */
function fakeConnection() {
  const sent: Uint8Array[] = []
  const accepted: (() => void)[] = []
  const state = { closed: false, data: (_: Uint8Array): void => undefined }
  const connection: Connection = {
    remoteAddress: 'peer',
    localAddress: 'here',
    send: (bytes) => {
      sent.push(bytes)
      return new Promise((resolve) => accepted.push(resolve))
    },
    listen: (handlers) => {
      state.data = (bytes) => handlers.data(bytes)
    },
    pause: () => undefined,
    resume: () => undefined,
    close: () => {
      state.closed = true
    },
  }
  return { connection, sent, accepted, state }
}

function ready(fake: ReturnType<typeof fakeConnection>): Subscriber {
  const subscriber = new Subscriber(fake.connection, () => undefined)
  fake.state.data(concatBytes(encodeGreeting(), encodeReady({ 'Socket-Type': 'SUB' }), subscription(1, 'a')))
  for (const accept of fake.accepted.splice(0)) accept()
  fake.sent.splice(0)
  return subscriber
}

test('a slow subscriber loses messages, and memory stays bounded', async () => {
  const fake = fakeConnection()
  const subscriber = ready(fake)
  await Promise.resolve()
  for (let i = 0; i < 10; i++) subscriber.offer(topic('a'), Uint8Array.of(i), 4)
  expect(fake.sent.map(([first]) => first)).toEqual([0, 1, 2, 3])
  for (const accept of fake.accepted.splice(0)) accept()
  await new Promise((resolve) => setImmediate(resolve))
  subscriber.offer(topic('a'), Uint8Array.of(99), 4)
  expect(fake.sent.at(-1)).toEqual(Uint8Array.of(99))
  for (let i = 0; i < 10; i++) subscriber.offer(topic('a'), new Uint8Array(10 << 20), 0)
  expect(fake.sent.filter(({ length }) => length > 1000)).toHaveLength(4)
})

test('every cancel takes back one subscription', () => {
  const fake = fakeConnection()
  const subscriber = ready(fake)
  const heard = (): boolean => {
    subscriber.offer(topic('a'), Uint8Array.of(1), 0)
    return fake.sent.splice(0).length > 0
  }
  fake.state.data(subscription(1, 'a'))
  fake.state.data(subscription(0, 'a'))
  expect(heard()).toBe(true)
  fake.state.data(encodeCommand('CANCEL', topic('a')))
  expect(heard()).toBe(false)
  fake.state.data(encodeCommand('SUBSCRIBE', topic('')))
  expect(heard()).toBe(true)
})

test('a ping is answered with its context', () => {
  const fake = fakeConnection()
  ready(fake)
  fake.state.data(encodeCommand('PING', Uint8Array.of(0, 10, 1, 2, 3)))
  expect(fake.sent).toEqual([encodeCommand('PONG', Uint8Array.of(1, 2, 3))])
})

test.each([
  ['another protocol', utf8ToBytes('GET / HTTP/1.1\r\n'.repeat(5))],
  ['an old version', encodeGreeting().with(10, 1)],
  ['another mechanism', encodeGreeting().with(12, 0x43)],
  ['a huge frame', concatBytes(encodeGreeting(), Uint8Array.of(2, 0, 0, 0, 1, 0, 0, 0, 0))],
  ['reserved flags', concatBytes(encodeGreeting(), Uint8Array.of(0x80, 0))],
  ['an unknown command', concatBytes(encodeGreeting(), encodeCommand('HELLO', new Uint8Array(0)))],
  ['an empty command', concatBytes(encodeGreeting(), Uint8Array.of(4, 0))],
])('%s ends the connection', (_, bytes) => {
  const fake = fakeConnection()
  new Subscriber(fake.connection, () => undefined)
  fake.state.data(bytes)
  expect(fake.state.closed).toBe(true)
})

test('subscribers beyond the limit are turned away', async () => {
  const three = await Promise.all([1, 2, 3].map(() => Collector.connect('a')))
  for (const subscriber of three) await publishUntilHeard(subscriber, 'a')
  const fourth = await Collector.connect('a')
  await fourth.closed
  for (const subscriber of three) subscriber.close()
})

test('frames come out as they went in, however their bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 600 })), fc.integer({ min: 1, max: 50 }), (bodies, step) => {
      const bytes = concatBytes(...bodies.map((each) => encodeFrame({ command: false, more: true, body: each })))
      const reader = new FrameReader(600)
      const out: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += step) {
        for (const frame of reader.push(bytes.subarray(at, at + step))!) out.push(frame.body)
      }
      expect(out).toEqual(bodies)
    }),
    { seed: 1, numRuns: 100 },
  )
})

test('random bytes are frames or an end, never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const frame of new FrameReader(100).push(bytes) ?? []) decodeCommand(frame.body)
    }),
    { seed: 1, numRuns: 500 },
  )
})

import { bytesToHex, unwrap } from '@ply/bytes'
import { createTcpTransport } from '@ply/net'
import { computeTxid, decodeBlock, encodeTransaction, hashToDisplay, type Transaction } from '@ply/primitives'
import { ZmqSubscriber } from '@ply/zmq'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spend, TestNode } from '../test/testNode.ts'
import { readZmqAddress, ZMQ_TOPICS, ZmqNotifier } from './zmqNotifier.ts'

const PORT = 28_000 + (process.pid % 1000)
const ADDRESS = `tcp://127.0.0.1:${PORT}`
const decoder = new TextDecoder()

interface Message {
  readonly topic: string
  readonly body: Uint8Array
  readonly count: number
}

let node: TestNode
let notifier: ZmqNotifier
let subscriber: ZmqSubscriber
const messages: Message[] = []
let arrived: () => void = () => undefined

beforeAll(async () => {
  node = await TestNode.start()
  await node.mine(101)
  const { chain, mempool } = node.node
  const notifications = ZMQ_TOPICS.map((topic) => ({ topic, address: ADDRESS, highWaterMark: 1000 }))
  notifier = await ZmqNotifier.start({ chain, mempool, transport: createTcpTransport(), notifications })
  subscriber = await ZmqSubscriber.connect(createTcpTransport(), `127.0.0.1:${PORT}`, {
    prefixes: [''],
    message: ([topic, body, count]) => {
      const view = new DataView(count!.buffer, count!.byteOffset)
      messages.push({ topic: decoder.decode(topic), body: body!.slice(), count: view.getUint32(0, true) })
      arrived()
    },
  })
  // The subscription travels: blocks are mined until one is heard of.
  while (messages.length === 0) {
    await node.mine(1)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await untilBlockOf(tip())
})
afterAll(async () => {
  subscriber.close()
  await notifier.close()
  await node.remove()
})

/** What came since the last call, once a message is `found` among it. */
async function until(found: (message: Message, list: readonly Message[]) => boolean): Promise<Message[]> {
  while (!messages.some((message) => found(message, messages)))
    await new Promise<void>((resolve) => (arrived = resolve))
  return messages.splice(0)
}
/** The block itself comes after its hash, and last of all. */
const untilBlockOf = (hash: string): Promise<Message[]> =>
  until(
    ({ topic }, list) =>
      topic === 'rawblock' && bodies(list, 'hashblock').includes(hash) && list.at(-1)!.topic === topic,
  )
const bodies = (list: readonly Message[], topic: string): string[] =>
  list.filter((message) => message.topic === topic).map(({ body }) => bytesToHex(body))
const id = (tx: Transaction): string => hashToDisplay(computeTxid(tx))
const tip = (): string => hashToDisplay(node.node.chain.tip.hash)

test('transactions and blocks are told with Bitcoin Core’s bodies', async () => {
  const tx = spend(await node.coinbase(1))
  await node.call('sendrawtransaction', bytesToHex(encodeTransaction(tx)))
  const waiting = await until(({ topic }) => topic === 'sequence')
  expect(bodies(waiting, 'hashtx')).toEqual([id(tx)])
  expect(bodies(waiting, 'rawtx')).toEqual([bytesToHex(encodeTransaction(tx))])
  expect(bodies(waiting, 'sequence')).toEqual([`${id(tx)}${hexLabel('A')}0100000000000000`])

  await node.mine(1)
  const mined = await untilBlockOf(tip())
  expect(bodies(mined, 'hashblock')).toEqual([tip()])
  const block = unwrap(decodeBlock(mined.find(({ topic }) => topic === 'rawblock')!.body))
  expect(bodies(mined, 'hashtx')).toEqual(block.transactions.map(id))
  expect(bodies(mined, 'sequence')).toEqual([`${tip()}${hexLabel('C')}`])
})

test('a block that leaves gives its transactions back, and numbers go up one by one', async () => {
  const gone = tip()
  const { transactions } = await node.node.chain.readBlock(node.node.chain.tip)
  await node.call('invalidateblock', gone)
  const told = await until(({ body }) => bytesToHex(body).includes(hexLabel('A')))
  expect(bodies(told, 'sequence')).toEqual([
    `${gone}${hexLabel('D')}`,
    // One change for the transaction that came, one for its block, this one for its return.
    `${id(transactions[1]!)}${hexLabel('A')}0300000000000000`,
  ])
  expect(bodies(told, 'hashblock')).toEqual([])
  const numbers = told.filter(({ topic }) => topic === 'hashtx').map(({ count }) => count)
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
})

const hexLabel = (label: string): string => label.charCodeAt(0).toString(16)

test.each([
  ['tcp://127.0.0.1:28332', '127.0.0.1:28332'],
  ['tcp://*:28332', '0.0.0.0:28332'],
  ['tcp://[::1]:28332', '[::1]:28332'],
  ['ipc:///tmp/x', 'unix:/tmp/x'],
  ['foo', undefined],
  ['tcp://127.0.0.1', undefined],
  ['tcp://127.0.0.1:70000', undefined],
])('%s listens on %s', (address, expected) => {
  expect(readZmqAddress(address)).toBe(expected)
})

import { bytesToHex, ByteWriter, concatBytes, decodeExact, unwrap, utf8ToBytes } from '@ply/bytes'
import {
  computeTxid,
  decodeBlock,
  encodeBlock,
  encodeHeader,
  encodeTransaction,
  hashToDisplay,
  readOutput,
  type Transaction,
} from '@ply/primitives'
import { createRpcTable, parseJson } from '@ply/rpc'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLayer1Methods } from '../rpc/table.ts'
import { spend, TestNode } from '../test/testNode.ts'
import { createRestHandler, type RestHandler } from './rest.ts'

let node: TestNode
let rest: RestHandler
let paid: Transaction
let waiting: Transaction
beforeAll(async () => {
  node = await TestNode.start({ txIndex: true })
  rest = createRestHandler(node.node, createRpcTable(createLayer1Methods(node.node, { stop: () => undefined })))
  await node.mine(110)
  paid = spend(await node.coinbase(1))
  await node.call('sendrawtransaction', bytesToHex(encodeTransaction(paid)))
  await node.mine(1)
  waiting = spend(await node.coinbase(2))
  await node.call('sendrawtransaction', bytesToHex(encodeTransaction(waiting)))
})
afterAll(() => node.remove())

const id = (tx: Transaction): string => hashToDisplay(computeTxid(tx))
const tip = (): string => hashToDisplay(node.node.chain.tip.hash)
const EMPTY = new Uint8Array(0)

async function get(path: string, body: Uint8Array = EMPTY): Promise<readonly [number, unknown]> {
  const reply = await rest(`/rest/${path}`, body)
  if (!reply) return [404, undefined]
  if (reply.type !== 'application/json') return [reply.status, reply.body]
  return [reply.status, unwrap(parseJson(String(reply.body)))]
}

test('a transaction in three forms, from the pool and from a block', async () => {
  for (const tx of [paid, waiting]) {
    const bytes = encodeTransaction(tx)
    expect(await get(`tx/${id(tx)}.bin`)).toEqual([200, bytes])
    expect(await get(`tx/${id(tx)}.hex`)).toEqual([200, `${bytesToHex(bytes)}\n`])
  }
  expect(await get(`tx/${id(paid)}.json`)).toMatchObject([200, { txid: id(paid), blockhash: tip() }])
  expect((await get(`tx/${id(waiting)}.json`))[1]).not.toHaveProperty('blockhash')
})

test('blocks, whole, without their transactions and in part', async () => {
  const [, bytes] = (await get(`block/${tip()}.bin`)) as [number, Uint8Array]
  expect(encodeBlock(unwrap(decodeBlock(bytes)))).toEqual(bytes)
  expect(await get(`block/${tip()}.json`)).toMatchObject([200, { tx: [{}, { vin: [{ prevout: { height: 1 } }] }] }])
  expect(await get(`block/notxdetails/${tip()}.json`)).toMatchObject([
    200,
    { tx: [{}, id(paid)].map(() => expect.any(String)) },
  ])
  expect(await get(`blockpart/${tip()}.bin?offset=80&size=10`)).toEqual([200, bytes.slice(80, 90)])
  expect(await get(`blockhashbyheight/111.json`)).toEqual([200, { blockhash: tip() }])
  expect(await get(`blockhashbyheight/111.hex`)).toEqual([200, `${tip()}\n`])
})

test('headers from a block on, in the new form and the old', async () => {
  const at = (height: number) => node.node.chain.tree.active.at(height)!
  const bytes = concatBytes(encodeHeader(at(109).header), encodeHeader(at(110).header))
  const from = hashToDisplay(at(109).hash)
  expect(await get(`headers/${from}.bin?count=2`)).toEqual([200, bytes])
  expect(await get(`headers/2/${from}.bin`)).toEqual([200, bytes])
  expect(await get(`headers/${from}.json`)).toMatchObject([200, [{ height: 109 }, { height: 110 }, { height: 111 }]])
  expect(await get(`headers/${'00'.repeat(32)}.json`)).toEqual([200, []])
})

test('the outputs that a block spends', async () => {
  expect(await get(`spenttxouts/${tip()}.json`)).toMatchObject([
    200,
    [[], [{ scriptPubKey: { type: 'witness_v0_scripthash' } }]],
  ])
  const [, bytes] = (await get(`spenttxouts/${tip()}.bin`)) as [number, Uint8Array]
  const [transactions, coinbase, inputs, output] = unwrap(
    decodeExact(
      bytes,
      (reader) => [reader.compactSize(), reader.compactSize(), reader.compactSize(), readOutput(reader)] as const,
    ),
  )
  expect([transactions, coinbase, inputs, output.value]).toEqual([2, 0, 1, 50_0000_0000n])
})

describe('unspent outputs (BIP 64)', () => {
  test('by path, with and without the pool', async () => {
    const [spent, fresh] = [id(await node.coinbase(2)), id(waiting)]
    expect(await get(`getutxos/${spent}-0/${fresh}-0.json`)).toMatchObject([200, { bitmap: '10', chaintipHash: tip() }])
    expect(await get(`getutxos/checkmempool/${spent}-0/${fresh}-0.json`)).toMatchObject([
      200,
      { bitmap: '01', utxos: [{ height: 0x7fffffff }] },
    ])
  })

  test('by body, in binary and hexadecimal', async () => {
    const question = new ByteWriter(38).u8(0).compactSize(1).bytes(computeTxid(paid)).u32(0).finish()
    const [status, answer] = (await get('getutxos.bin', question)) as [number, Uint8Array]
    expect([status, answer[36], answer[37], answer[38]]).toEqual([200, 1, 1, 1])
    const hex = await get('getutxos.hex', utf8ToBytes(bytesToHex(question)))
    expect(hex).toEqual([200, `${bytesToHex(answer)}\n`])
    const [, both] = await get(`getutxos/${id(paid)}-0.bin`, question)
    expect(both).toBe('Combination of URI scheme inputs and raw post data is not allowed\r\n')
  })
})

test('the state of chain, pool and deployments', async () => {
  expect(await get('chaininfo.json')).toMatchObject([200, { blocks: 111 }])
  expect(await get('mempool/info.json')).toMatchObject([200, { size: 1 }])
  expect(await get('mempool/contents.json')).toMatchObject([200, { [id(waiting)]: { height: 111 } }])
  expect(await get('mempool/contents.json?verbose=false')).toEqual([200, [id(waiting)]])
  expect(await get('deploymentinfo.json')).toMatchObject([200, { hash: tip() }])
  expect(await get(`deploymentinfo/${hashToDisplay(node.node.chain.tree.genesis.hash)}.json`)).toMatchObject([
    200,
    { height: 0 },
  ])
})

test.each([
  ['tx/zz.json', 400, 'Invalid hash: zz'],
  [
    `getutxos/${Array(16)
      .fill(`${'ab'.repeat(32)}-0`)
      .join('/')}`,
    404,
    'output format not found (available: .bin, .hex, .json)',
  ],
  [`tx/${'00'.repeat(32)}.json`, 404, `${'00'.repeat(32)} not found`],
  [`block/${'00'.repeat(32)}.bin`, 404, `${'00'.repeat(32)} not found`],
  ['block/x.json', 400, 'Invalid hash: x'],
  ['chaininfo', 404, 'output format not found (available: json)'],
  ['chaininfo.hex', 404, 'output format not found (available: json)'],
  ['blockhashbyheight/200.json', 404, 'Block height out of range'],
  ['blockhashbyheight/-1.json', 400, 'Invalid height: -1'],
  ['mempool/x.json', 400, 'Invalid URI format. Expected /rest/mempool/<info|contents>.json'],
  ['mempool/contents.json?verbose=x', 400, 'The "verbose" query parameter must be either "true" or "false".'],
  ['getutxos.json', 400, 'Error: empty request'],
  ['getutxos/checkmempool.json', 400, 'Error: empty request'],
  ['getutxos/checkmempool/x.json', 400, 'Parse error'],
  [`getutxos${`/${'00'.repeat(32)}-0`.repeat(16)}.json`, 400, 'Error: max outpoints exceeded (max: 15, tried: 16)'],
  [`headers/${'00'.repeat(32)}.json?count=0`, 400, 'Header count is invalid or out of acceptable range (1-2000): 0'],
  [
    `headers/${'00'.repeat(32)}.json?count=%31%`,
    400,
    'Header count is invalid or out of acceptable range (1-2000): 1%',
  ],
])('/rest/%s is %i: %s', async (path, status, message) => {
  expect(await get(path)).toEqual([status, `${message}\r\n`])
})

test('without a form there is nothing', async () => {
  const [status, message] = await get(`tx/${id(paid)}`)
  expect([status, message]).toEqual([404, 'output format not found (available: .bin, .hex, .json)\r\n'])
  expect(await get('nothing')).toEqual([404, undefined])
})

test('no body makes it throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (body) => {
      const [status] = await get('getutxos.bin', body)
      expect([200, 400]).toContain(status)
    }),
    { seed: 1, numRuns: 200 },
  )
})

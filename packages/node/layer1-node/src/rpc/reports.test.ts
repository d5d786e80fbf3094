import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import { decodeBlock, encodeBlock } from '@ply/primitives'
import type { Json } from '@ply/rpc'
import { hexOf, idOf, OPEN_ADDRESS, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(110)
})
afterAll(() => node.remove())

const unknown = 'ab'.repeat(32)
const segwit = { rules: ['segwit'] }
const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)
const failure = (...params: Parameters<TestNode['failure']>): Promise<string> => node.failure(...params)

test('a template has all that a miner needs, and a proposal tells what its block is worth', async () => {
  const parent = spend(await node.coinbase(1), 3000n)
  const child = spend(parent, 5000n)
  for (const tx of [parent, child]) await call('sendrawtransaction', hexOf(tx))
  const template = (await call('getblocktemplate', segwit)) as Record<string, unknown>
  expect(template).toMatchObject({
    capabilities: ['proposal'],
    rules: ['csv', '!segwit', 'taproot'],
    vbrequired: 0,
    previousblockhash: await call('getbestblockhash'),
    transactions: [
      { txid: idOf(parent), depends: [], fee: 3000, sigops: 0 },
      { txid: idOf(child), depends: [1], fee: 5000, sigops: 0, data: hexOf(child) },
    ],
    coinbaseaux: {},
    coinbasevalue: 50_0000_8000,
    mutable: ['time', 'transactions', 'prevblock'],
    noncerange: '00000000ffffffff',
    sigoplimit: 80000,
    sizelimit: 4000000,
    weightlimit: 4000000,
    curtime: expect.any(Number) as number,
    bits: '207fffff',
    height: 111,
  })
  expect(template['default_witness_commitment']).toMatch(/^6a24aa21a9ed/)
  expect(await call('getmininginfo')).toMatchObject({ currentblocktx: 2, pooledtx: 2, next: { height: 111 } })

  const made = (await call('generateblock', OPEN_ADDRESS, [hexOf(parent)], false)) as { hex: string }
  const block = unwrap(decodeBlock(hexToBytes(made.hex)))
  const propose = (changed: typeof block): Promise<unknown> =>
    call('getblocktemplate', { mode: 'proposal', data: bytesToHex(encodeBlock(changed)) })
  expect(await propose({ ...block, header: { ...block.header, nonce: block.header.nonce + 1 } })).toBeNull()
  expect(await propose({ ...block, header: { ...block.header, time: 1 } })).toBe('time-too-old')
  expect(await propose({ ...block, header: { ...block.header, merkleRoot: new Uint8Array(32) } })).toBe(
    'bad-txnmrklroot',
  )
  expect(await propose(await node.node.chain.readBlock(node.node.chain.tip))).toBe('duplicate')
  const stale = { ...block.header, previousBlockHash: node.node.network.genesisHash }
  expect(await propose({ ...block, header: stale })).toBe('inconclusive-not-best-prevblk')
  expect(await call('getrawmempool')).toHaveLength(2)
})

test('a long poll ends with the next block', async () => {
  const { longpollid } = (await call('getblocktemplate', segwit)) as { longpollid: string }
  const polled = call('getblocktemplate', { ...segwit, longpollid })
  await node.mine(1)
  expect(await polled).toMatchObject({ height: 112 })
})

test('corrected fees decide what is mined, and are listed', async () => {
  const free = { ...spend(await node.coinbase(2), 0n), version: 3 as const }
  await call('prioritisetransaction', idOf(free), null, 10_000)
  await call('sendrawtransaction', hexOf(free))
  expect(await call('getprioritisedtransactions')).toEqual({
    [idOf(free)]: { fee_delta: 10_000, in_mempool: true, modified_fee: 10_000 },
  })
  // The template that the poll ended with is no longer good.
  await call('setmocktime', Math.floor(Date.now() / 1000) + 6)
  const template = (await call('getblocktemplate', segwit)) as { transactions: { txid: string }[] }
  expect(template.transactions.map(({ txid }) => txid)).toEqual([idOf(free)])
  await call('setmocktime', 0)
  await node.mine(1)
  expect(await call('getprioritisedtransactions')).toEqual({})
})

test('a proof holds for its block and no other', async () => {
  const tx = spend(await node.coinbase(3))
  await call('sendrawtransaction', hexOf(tx))
  expect(await failure('gettxoutproof', [idOf(tx)])).toBe('-5 Transaction not yet in block')
  await node.mine(1)
  const proof = (await call('gettxoutproof', [idOf(tx)])) as string
  expect(await call('verifytxoutproof', proof)).toEqual([idOf(tx)])
  expect(await call('gettxoutproof', [idOf(tx)], (await call('getbestblockhash')) as string)).toBe(proof)
  const at = 2 * (80 + 4 + 1)
  expect(await call('verifytxoutproof', proof.slice(0, at) + '00' + proof.slice(at + 2))).toEqual([])
  expect(await failure('verifytxoutproof', proof.slice(0, 90))).toBe(
    '-1 SpanReader::read(): end of data: iostream error',
  )
  expect(await call('verifytxoutproof', `${proof}00`)).toEqual([idOf(tx)])
  const tip = (await call('getbestblockhash')) as string
  await call('invalidateblock', tip)
  expect(await failure('verifytxoutproof', proof)).toBe('-5 Block not found in chain')
  await call('reconsiderblock', tip)
})

test('filters as BIP 157 chains them', async () => {
  const genesis = (await call('getblockhash', 0)) as string
  expect(await call('getblockfilter', genesis)).toEqual({
    filter: '014756c0',
    header: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  })
  const tip = (await call('getbestblockhash')) as string
  const first = await call('getblockfilter', tip, 'basic')
  expect(await call('getblockfilter', tip)).toEqual(first)
})

test('deployments, hash rate and indexes', async () => {
  expect(await call('getdeploymentinfo')).toMatchObject({
    script_flags: ['CHECKLOCKTIMEVERIFY', 'CHECKSEQUENCEVERIFY', 'DERSIG', 'NULLDUMMY', 'P2SH', 'TAPROOT', 'WITNESS'],
    deployments: {
      bip34: { type: 'buried', active: true, height: 1 },
      testdummy: { type: 'bip9', active: false, bip9: { status: 'defined', since: 0, status_next: 'defined' } },
    },
  })
  expect(await call('getnetworkhashps')).toBeTypeOf('number')
  const upToDate = { synced: true, best_block_height: node.node.chain.tip.height }
  expect(await call('getindexinfo')).toEqual({ txindex: upToDate, 'basic block filter index': upToDate })
  expect(await call('getindexinfo', 'txindex')).toEqual({ txindex: upToDate })
  expect(await call('getindexinfo', 'foo')).toEqual({})
})

test.each<[string, Json[], string]>([
  [
    'getblocktemplate',
    [{}],
    '-8 getblocktemplate must be called with the segwit rule set (call with {"rules": ["segwit"]})',
  ],
  ['getblocktemplate', [{ mode: 'x' }], '-8 Invalid mode'],
  ['getblocktemplate', [{ mode: 'proposal' }], '-3 Missing data String key for proposal'],
  ['getblocktemplate', [{ mode: 'proposal', data: '00' }], '-22 Block decode failed'],
  ['getnetworkhashps', [0], '-8 Invalid nblocks. Must be a positive number or -1.'],
  ['getnetworkhashps', [1, 9999], '-8 Block does not exist at specified height'],
  ['waitfornewblock', [-1], '-1 Negative timeout'],
  ['getblockfilter', [unknown], '-5 Block not found'],
  ['getblockfilter', [unknown, 'unknown'], '-5 Unknown filtertype'],
  ['gettxoutproof', [[]], "-8 Parameter 'txids' cannot be empty"],
  ['gettxoutproof', [[unknown, unknown]], `-8 Invalid parameter, duplicated txid: ${unknown}`],
  ['gettxoutproof', [[unknown]], '-5 Transaction not yet in block'],
  ['gettxspendingprevout', [[]], '-8 Invalid parameter, outputs are missing'],
  ['gettxspendingprevout', [[{ txid: unknown }]], '-3 Missing vout'],
  ['gettxspendingprevout', [[{ vout: 1 }]], '-3 Missing txid'],
  ['gettxspendingprevout', [[{ txid: unknown, vout: -1 }]], '-8 Invalid parameter, vout cannot be negative'],
  ['gettxspendingprevout', [[{ txid: unknown, vout: 1, unknown: 2 }]], '-3 Unexpected key unknown'],
  [
    'gettxspendingprevout',
    [[{ txid: 42, vout: 0 }]],
    '-3 JSON value of type number for field txid is not of expected type string',
  ],
  [
    'prioritisetransaction',
    [unknown, 1, 0],
    '-8 Priority is no longer supported, dummy argument to prioritisetransaction must be 0.',
  ],
])('%s %j fails', async (method, params, expected) => {
  expect(await failure(method, ...params)).toBe(expected)
})

test('a template is kept for five seconds, though there are new transactions', async () => {
  interface Template {
    readonly longpollid: string
    readonly transactions: readonly unknown[]
  }
  const template = async (): Promise<Template> => (await call('getblocktemplate', segwit)) as unknown as Template
  await node.mine(1)
  const now = Math.floor(Date.now() / 1000)
  await call('setmocktime', now)
  const first = await template()
  const tx = spend(await node.coinbase(5))
  await call('sendrawtransaction', hexOf(tx))
  expect(await template()).toMatchObject({ longpollid: first.longpollid, transactions: [] })
  await call('setmocktime', now + 6)
  const later = await template()
  expect(later.longpollid).not.toBe(first.longpollid)
  expect(later.transactions).toHaveLength(1)
  await call('setmocktime', 0)
  await node.mine(1)
})

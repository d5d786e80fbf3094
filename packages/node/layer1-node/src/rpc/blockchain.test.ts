import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesToHex } from '@ply/bytes'
import { encodeBlock, encodeHeader } from '@ply/primitives'
import { idOf, OPEN_ADDRESS, OPEN_SCRIPT, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const unknown = 'ab'.repeat(32)
const call = (...params: Parameters<TestNode['json']>): Promise<unknown> => node.json(...params)
const failure = (...params: Parameters<TestNode['failure']>): Promise<string> => node.failure(...params)

test('the genesis block and its header, as the network knows them', async () => {
  const genesis = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'
  expect(await call('getblockhash', 0)).toBe(genesis)
  expect(await call('getblock', genesis)).toMatchObject({
    hash: genesis,
    confirmations: 121,
    height: 0,
    version: 1,
    versionHex: '00000001',
    merkleroot: '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b',
    time: 1296688602,
    mediantime: 1296688602,
    nonce: 2,
    bits: '207fffff',
    target: '7fffff0000000000000000000000000000000000000000000000000000000000',
    difficulty: 4.656542373906925e-10,
    chainwork: '0'.repeat(63) + '2',
    nTx: 1,
    strippedsize: 285,
    size: 285,
    weight: 1140,
    tx: ['4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b'],
  })
  expect(await call('getblockheader', genesis, false)).toBe(bytesToHex(encodeHeader(node.node.network.genesis.header)))
})

test('blocks at every level of detail', async () => {
  const hash = await call('getbestblockhash')
  const block = await node.node.chain.readBlock(node.node.chain.tip)
  expect(await call('getblock', hash as string, 0)).toBe(bytesToHex(encodeBlock(block)))
  const shown = (await call('getblock', hash as string, 2)) as { tx: Record<string, unknown>[] }
  expect(shown.tx[0]).toMatchObject({
    vin: [{ coinbase: '0178', sequence: 4294967294 }],
    vout: [
      { value: 50, n: 0, scriptPubKey: { address: OPEN_ADDRESS, type: 'witness_v0_scripthash' } },
      { value: 0, n: 1 },
    ],
    locktime: 119,
    version: 2,
  })
  expect(await call('getblockchaininfo')).toMatchObject({
    chain: 'regtest',
    blocks: 120,
    headers: 120,
    pruned: false,
  })
})

test.each([
  ['getblockhash', [121], '-8 Block height out of range'],
  ['getblockhash', [-1], '-8 Block height out of range'],
  ['getblock', [unknown], '-5 Block not found'],
  ['getblock', ['abc'], "-8 blockhash must be of length 64 (not 3, for 'abc')"],
  ['getblockheader', ['Z'.repeat(64)], `-8 hash must be hexadecimal string (not '${'Z'.repeat(64)}')`],
  ['invalidateblock', [unknown], '-5 Block not found'],
  ['gettxoutsetinfo', ['foo'], "-8 'foo' is not a valid hash_type"],
  ['scantxoutset', ['walk'], "-8 Invalid action 'walk'"],
])('%s %j fails', async (method, params, expected) => expect(await failure(method, ...params)).toBe(expected))

test('coins: one, all of a script, and the whole set', async () => {
  const txid = idOf(await node.coinbase(7))
  expect(await call('gettxout', txid, 0)).toMatchObject({ confirmations: 114, value: 50, coinbase: true })
  expect(await call('gettxout', txid, 9)).toBeNull()
  const scan = (await call('scantxoutset', 'start', [`addr(${OPEN_ADDRESS})`])) as {
    unspents: object[]
    total_amount: number
  }
  expect([scan.unspents.length, scan.total_amount]).toEqual([120, 6000])
  expect(scan.unspents).toContainEqual(
    expect.objectContaining({ txid, vout: 0, height: 7, amount: 50, coinbase: true }),
  )
  const raw = `raw(${bytesToHex(OPEN_SCRIPT)})`
  expect(await call('scantxoutset', 'start', [{ desc: raw, range: 5 }])).toEqual(scan)
  expect(await failure('scantxoutset', 'start', [`${raw}#aaaaaaaa`])).toContain("Provided checksum 'aaaaaaaa'")
  expect(await call('gettxoutsetinfo')).toMatchObject({
    height: 120,
    txouts: 120,
    transactions: 120,
    total_amount: 6000,
  })
  expect(await call('gettxoutsetinfo', 'muhash')).toHaveProperty('muhash')
})

test('one scan of the coins at a time, which tells how far it is', async () => {
  expect(await call('scantxoutset', 'status')).toBeNull()
  expect(await call('scantxoutset', 'abort')).toBe(false)
  const scan = call('scantxoutset', 'start', ['raw(51)'])
  expect(await call('scantxoutset', 'status')).toEqual({ progress: 0 })
  expect(await failure('scantxoutset', 'start', ['raw(51)'])).toBe(
    '-8 Scan already in progress, use action "abort" or "status"',
  )
  expect(await call('scantxoutset', 'abort')).toBe(true)
  // So few coins are looked at before anybody asks whether to go on.
  expect(await scan).toMatchObject({ success: true, txouts: 120, unspents: [] })
  expect(await call('scantxoutset', 'status')).toBeNull()
})

test('invalidateblock and reconsiderblock', async () => {
  const hash = (await call('getblockhash', 119)) as string
  await call('invalidateblock', hash)
  expect(await call('getblockcount')).toBe(118)
  expect(await call('getchaintips')).toEqual([
    expect.objectContaining({ height: 120, branchlen: 2, status: 'invalid' }),
    expect.objectContaining({ height: 118, status: 'active' }),
  ])
  await call('reconsiderblock', hash)
  expect(await call('getblockcount')).toBe(120)
})

test('the one set of coins that there is', async () => {
  expect(await call('getchainstates')).toMatchObject({
    headers: 120,
    chainstates: [{ blocks: 120, bestblockhash: await call('getbestblockhash'), bits: '207fffff', validated: true }],
  })
})

test('waiting for a block ends with the block, or when the time is up', async () => {
  expect(await call('waitforblockheight', 120)).toMatchObject({ height: 120 })
  expect(await call('waitfornewblock', 1)).toMatchObject({ height: 120 })
})

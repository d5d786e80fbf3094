import { afterAll, beforeAll, expect, test } from 'vitest'
import { hexToBytes } from '@ply/bytes'
import { computeTxid, computeWtxid, hashToDisplay, type Transaction } from '@ply/primitives'
import { hexOf, idOf, openInput, openOutput, OPEN_ADDRESS, spend, TestNode } from '../../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const wtxidOf = (tx: Transaction): string => hashToDisplay(computeWtxid(tx))
const ofVersion3 = (tx: Transaction): Transaction => ({ ...tx, version: 3 })

test('members are told with the feerate over which they were judged, or only with their fee if they were known', async () => {
  const rich = spend(await node.coinbase(1), 2000n)
  const poor = ofVersion3(spend(await node.coinbase(2), 0n))
  const child = ofVersion3(spend(poor, 1920n))
  expect(await node.json('submitpackage', [hexOf(rich)])).toEqual({
    package_msg: 'success',
    'tx-results': {
      [wtxidOf(rich)]: {
        txid: idOf(rich),
        vsize: 96,
        fees: { base: 0.00002, 'effective-feerate': 0.00020833, 'effective-includes': [wtxidOf(rich)] },
      },
    },
    'replaced-transactions': [],
  })
  const together = { 'effective-feerate': 0.0001, 'effective-includes': [wtxidOf(poor), wtxidOf(child)] }
  expect(await node.json('submitpackage', [hexOf(poor), hexOf(child)])).toMatchObject({
    package_msg: 'success',
    'tx-results': {
      [wtxidOf(poor)]: { fees: { base: 0, ...together } },
      [wtxidOf(child)]: { fees: { base: 0.0000192, ...together } },
    },
  })
  expect(await node.json('submitpackage', [hexOf(poor), hexOf(child)])).toEqual({
    package_msg: 'success',
    'tx-results': {
      [wtxidOf(poor)]: { txid: idOf(poor), vsize: 96, fees: { base: 0 } },
      [wtxidOf(child)]: { txid: idOf(child), vsize: 96, fees: { base: 0.0000192 } },
    },
    'replaced-transactions': [],
  })
  const again = { ...rich, inputs: rich.inputs.map((input) => ({ ...input, witness: [] })) }
  expect(await node.json('submitpackage', [hexOf(again)])).toMatchObject({
    'tx-results': { [wtxidOf(again)]: { txid: idOf(again), 'other-wtxid': wtxidOf(rich) } },
  })
  expect(await node.json('getmempoolcluster', idOf(child))).toEqual({
    clusterweight: 2 * 381,
    txcount: 2,
    chunks: [{ chunkfee: 0.0000192, chunkweight: 2 * 381, txs: [idOf(poor), idOf(child)] }],
  })
  expect(await node.json('getmempoolfeeratediagram')).toEqual([
    { weight: 0, fee: 0 },
    { weight: 381, fee: 0.00002 },
    { weight: 3 * 381, fee: 0.0000392 },
  ])
  await node.mine(1)
})

test('what a package replaces is listed once', async () => {
  const coins = [await node.coinbase(3), await node.coinbase(4)]
  for (const coin of coins) await node.json('sendrawtransaction', hexOf(spend(coin, 500n)))
  const both: Transaction = {
    version: 2,
    inputs: coins.map((coin) => openInput(computeTxid(coin))),
    outputs: [openOutput(coins[0]!.outputs[0]!.value)],
    lockTime: 0,
  }
  const replaced = await node.json('submitpackage', [hexOf(both)], 0)
  expect((replaced as { 'replaced-transactions': string[] })['replaced-transactions'].toSorted()).toEqual(
    coins.map((coin) => idOf(spend(coin, 500n))).toSorted(),
  )
  await node.mine(1)
})

test('a package that broke a rule as a whole says so for each', async () => {
  const coin = await node.coinbase(5)
  const [one, other] = [spend(coin, 1000n), spend(coin, 2000n)]
  const ids = [one, other].map((tx) => ({ txid: idOf(tx), wtxid: wtxidOf(tx) }))
  expect(await node.json('testmempoolaccept', [hexOf(one), hexOf(other)])).toEqual(
    ids.map((each) => ({ ...each, 'package-error': 'conflict-in-package' })),
  )
  const child = spend(one)
  expect(await node.json('testmempoolaccept', [hexOf(child), hexOf(one)])).toMatchObject([
    { 'package-error': 'package-not-sorted' },
    { 'package-error': 'package-not-sorted' },
  ])
  const topology = '-25 package topology disallowed. not child-with-parents or parents depend on each other.'
  expect(await node.failure('submitpackage', [hexOf(child), hexOf(one)])).toBe(topology)
  expect(await node.failure('submitpackage', [hexOf(one), hexOf(child), hexOf(spend(child))])).toBe(topology)
  expect(await node.failure('submitpackage', [])).toBe('-8 Array must contain between 1 and 25 transactions.')
  const long = 'zz'.repeat(200)
  expect(await node.failure('submitpackage', [long])).toBe(
    `-22 TX decode failed: ${long} Make sure the tx has at least one input.`,
  )
})

test('a spender is shown in full if asked for; without an index the pool is all there is', async () => {
  const tx = spend(await node.coinbase(6))
  await node.json('sendrawtransaction', hexOf(tx))
  const spent = { txid: idOf(await node.coinbase(6)), vout: 0 }
  const free = { txid: idOf(await node.coinbase(7)), vout: 0 }
  expect(await node.json('gettxspendingprevout', [spent, free], { return_spending_tx: true })).toEqual([
    { ...spent, spendingtxid: idOf(tx), spendingtx: hexOf(tx) },
    free,
  ])
  expect(await node.failure('gettxspendingprevout', [free], { mempool_only: false })).toBe(
    '-1 Mempool lacks a relevant spend, and txospenderindex is unavailable.',
  )
  expect(await node.json('getrawmempool', false, true)).toEqual({
    txids: [idOf(tx)],
    mempool_sequence: node.node.mempool.sequence,
  })
  expect(await node.failure('getrawmempool', true, true)).toBe(
    '-8 Verbose results cannot contain mempool sequence values.',
  )
})

test('the pool is saved and imported, corrections and what nobody asked for only if told so', async () => {
  const [tx] = (await node.json('getrawmempool')) as string[]
  expect(await node.json('getmempoolentry', tx!)).toMatchObject({ unbroadcast: true })
  await node.json('prioritisetransaction', tx!, 0, 777)
  const { filename } = (await node.json('savemempool')) as { filename: string }
  const other = await TestNode.start()
  try {
    other.clock.setMockTime(1_700_000_000_000)
    expect(await other.failure('importmempool', filename)).toMatch(/^-10 Can only import the mempool after/)
    for (let height = 1; height <= node.node.chain.tip.height; height++) {
      const hash = (await node.json('getblockhash', height)) as string
      await other.json('submitblock', (await node.json('getblock', hash, 0)) as string)
    }
    expect(await other.json('importmempool', filename)).toEqual({})
    expect(await other.json('getmempoolinfo')).toMatchObject({ size: 1, unbroadcastcount: 0 })
    expect(await other.json('getprioritisedtransactions')).toEqual({})
    const all = { apply_fee_delta_priority: true, apply_unbroadcast_set: true }
    expect(await other.json('importmempool', filename, all)).toEqual({})
    expect(await other.json('getmempoolinfo')).toMatchObject({ size: 1, unbroadcastcount: 1 })
    expect(await other.json('getprioritisedtransactions')).toMatchObject({ [tx!]: { fee_delta: 777 } })
    expect(await other.failure('importmempool', `${filename}.none`)).toBe(
      '-1 Unable to import mempool file, see debug log for details.',
    )
  } finally {
    await other.remove()
  }
})

test('old answers are given to those who ask for them', async () => {
  const other = await TestNode.start({ deprecatedRpc: ['bip125', 'fullrbf'] })
  try {
    other.clock.setMockTime(1_700_000_000_000)
    await other.mine(102)
    const final = (tx: Transaction): Transaction => ({
      ...tx,
      inputs: tx.inputs.map((input) => ({ ...input, sequence: 0xfffffffe })),
    })
    const signals = spend(await other.coinbase(1))
    const child = final(spend(signals))
    const silent = final(spend(await other.coinbase(2)))
    for (const tx of [signals, child, silent]) await other.json('sendrawtransaction', hexOf(tx))
    for (const [tx, expected] of [
      [signals, true],
      [child, true],
      [silent, false],
    ] as const) {
      expect(await other.json('getmempoolentry', idOf(tx))).toHaveProperty('bip125-replaceable', expected)
    }
    expect(await other.json('getmempoolinfo')).toHaveProperty('fullrbf', true)
    expect(await node.json('getmempoolinfo')).not.toHaveProperty('fullrbf')
  } finally {
    await other.remove()
  }
})

test('dust has no priority', async () => {
  const coin = await node.coinbase(8)
  const free = ofVersion3({ ...spend(coin, 0n), outputs: [openOutput(coin.outputs[0]!.value), openOutput(0n)] })
  const dusty = { ...free, outputs: [{ ...free.outputs[0]!, scriptPubKey: hexToBytes('51024e73') }, openOutput(0n)] }
  const child: Transaction = {
    version: 3,
    inputs: [openInput(computeTxid(dusty), 1), { ...openInput(computeTxid(dusty), 0), witness: [] }],
    outputs: [openOutput(coin.outputs[0]!.value - 5000n)],
    lockTime: 0,
  }
  expect(await node.json('submitpackage', [hexOf(dusty), hexOf(child)])).toMatchObject({ package_msg: 'success' })
  expect(await node.failure('prioritisetransaction', idOf(dusty), 0, 1)).toBe(
    '-8 Priority is not supported for transactions with dust outputs.',
  )
  await node.json('generatetoaddress', 1, OPEN_ADDRESS)
})

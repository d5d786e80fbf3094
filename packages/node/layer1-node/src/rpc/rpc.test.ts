import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesToHex, hexToBytes, unwrap } from '@ply/bytes'
import {
  computeTxid,
  decodeBlock,
  encodeBlock,
  encodeHeader,
  encodeTransaction,
  hashToDisplay,
  sats,
  type Transaction,
} from '@ply/primitives'
import { type Json, type JsonOutput, RpcError, stringifyJson } from '@ply/rpc'
import { createRandom } from '@ply/testkit'
import { OPEN_ADDRESS, OPEN_SCRIPT, openOutput, spend, TestNode } from '../test/testNode.ts'

let node: TestNode
beforeAll(async () => {
  node = await TestNode.start()
  node.clock.setMockTime(1_700_000_000_000)
  await node.mine(120)
})
afterAll(() => node.remove())

const hex = (tx: Transaction): string => bytesToHex(encodeTransaction(tx))
const id = (tx: Transaction): string => hashToDisplay(computeTxid(tx))
const unknown = 'ab'.repeat(32)

async function call(method: string, ...params: readonly Json[]): Promise<unknown> {
  const answer = (await node.call(method, ...params)) as JsonOutput
  return JSON.parse(stringifyJson(answer))
}
async function failure(method: string, ...params: readonly Json[]): Promise<string> {
  try {
    await node.call(method, ...params)
  } catch (error) {
    if (error instanceof RpcError) return `${error.code} ${error.message}`
    throw error
  }
  return 'no error'
}

describe('blockchain', () => {
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
    expect(await call('getblockheader', genesis, false)).toBe(
      bytesToHex(encodeHeader(node.node.network.genesis.header)),
    )
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
    ['getblockheader', ['Z'.repeat(64)], `-8 blockhash must be hexadecimal string (not '${'Z'.repeat(64)}')`],
    ['invalidateblock', [unknown], '-5 Block not found'],
    ['gettxoutsetinfo', ['foo'], "-8 'foo' is not a valid hash_type"],
    ['scantxoutset', ['walk'], "-8 Invalid action 'walk'"],
  ])('%s %j fails', async (method, params, expected) => expect(await failure(method, ...params)).toBe(expected))

  test('coins: one, all of a script, and the whole set', async () => {
    const txid = id(await node.coinbase(7))
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

  test('waiting for a block ends with the block, or when the time is up', async () => {
    expect(await call('waitforblockheight', 120)).toMatchObject({ height: 120 })
    expect(await call('waitfornewblock', 1)).toMatchObject({ height: 120 })
  })
})

describe('transactions', () => {
  test('from the mempool into a block, seen from all sides', async () => {
    const tx = spend(await node.coinbase(1), 20_000n)
    const child = spend(tx, 10_000n)
    expect(await call('testmempoolaccept', [hex(tx)])).toEqual([
      expect.objectContaining({
        txid: id(tx),
        allowed: true,
        vsize: 96,
        fees: expect.objectContaining({ base: 0.0002 }) as object,
      }),
    ])
    expect(await call('sendrawtransaction', hex(tx))).toBe(id(tx))
    expect(await call('sendrawtransaction', hex(tx))).toBe(id(tx))
    await call('sendrawtransaction', hex(child))
    expect(await call('getrawmempool')).toEqual([id(tx), id(child)])
    expect(await call('getmempoolentry', id(child))).toMatchObject({
      ancestorcount: 2,
      depends: [id(tx)],
      fees: { base: 0.0001 },
    })
    expect(await call('getmempoolancestors', id(child))).toEqual([id(tx)])
    expect(await call('getmempooldescendants', id(tx))).toEqual([id(child)])
    expect(await call('gettxspendingprevout', [{ txid: id(tx), vout: 0 }])).toEqual([
      { txid: id(tx), vout: 0, spendingtxid: id(child) },
    ])
    expect(await call('getmempoolinfo')).toMatchObject({ loaded: true, size: 2, total_fee: 0.0003 })
    expect(await call('gettxout', id(child), 0)).toMatchObject({ confirmations: 0, coinbase: false })
    expect(await call('gettxout', id(tx), 0)).toBeNull()
    expect(await call('getrawtransaction', id(tx))).toBe(hex(tx))

    await node.mine(1)
    const shown = await call('getrawtransaction', id(tx), 2)
    expect(shown).toMatchObject({
      confirmations: 1,
      fee: 0.0002,
      vin: [{ prevout: { generated: true, height: 1, value: 50 } }],
    })
    expect(await call('decoderawtransaction', hex(tx))).not.toHaveProperty('hex')
    const { blockhash } = shown as { blockhash: string }
    expect(await call('getrawtransaction', id(child), true, blockhash)).toMatchObject({
      in_active_chain: true,
      blockhash,
    })
    expect(await failure('sendrawtransaction', hex(child))).toBe('-27 Transaction outputs already in utxo set')
  })

  test('a replacement pays more, a package carries a parent that pays nothing', async () => {
    const parent = await node.coinbase(2)
    await call('sendrawtransaction', hex(spend(parent, 1000n)))
    expect(await failure('sendrawtransaction', hex(spend(parent, 1001n)))).toMatch(
      /^-26 insufficient fee, rejecting replacement/,
    )
    await call('sendrawtransaction', hex(spend(parent, 5000n)))
    expect(await call('getrawmempool')).toEqual([id(spend(parent, 5000n))])
    await node.mine(1)

    const poor = { ...spend(await node.coinbase(3), 0n), version: 3 as const }
    const rich = { ...spend(poor, 3000n), version: 3 as const }
    expect(await call('submitpackage', [hex(poor), hex(rich)])).toMatchObject({ package_msg: 'success' })
    await node.mine(1)
    expect(await call('getrawmempool')).toEqual([])
  })

  test.each([
    ['sendrawtransaction', ['00ff'], '-22 TX decode failed. Make sure the tx has at least one input.'],
    ['sendrawtransaction', ['zz'], '-22 TX decode failed. Make sure the tx has at least one input.'],
    ['testmempoolaccept', [[]], '-8 Array must contain between 1 and 25 transactions.'],
    ['testmempoolaccept', [['ff00baar']], '-22 TX decode failed: ff00baar Make sure the tx has at least one input.'],
    ['testmempoolaccept', [['00'], 1], '-8 Fee rates larger than or equal to 1BTC/kvB are not accepted'],
    [
      'getrawtransaction',
      [unknown],
      '-5 No such mempool or blockchain transaction. Use gettransaction for wallet transactions.',
    ],
    ['getmempoolentry', [unknown], '-5 Transaction not in mempool'],
  ])('%s %j fails', async (method, params, expected) => {
    expect(await failure(method, ...(params as Json[]))).toBe(expected)
  })

  test('what the mempool refuses comes with its reason', async () => {
    const coinbase = await node.coinbase(4)
    const greedy = { ...spend(coinbase), outputs: [openOutput(coinbase.outputs[0]!.value + 1n)] }
    expect(await failure('sendrawtransaction', hex(greedy))).toBe(
      '-26 bad-txns-in-belowout, value in (50.00) < value out (50.00000001)',
    )
    const orphan = spend(spend(coinbase))
    expect(await failure('sendrawtransaction', hex(orphan))).toBe('-25 bad-txns-inputs-missingorspent')
    expect(await call('testmempoolaccept', [hex(orphan)])).toMatchObject([
      { allowed: false, 'reject-reason': 'missing-inputs' },
    ])
    expect(await failure('sendrawtransaction', hex(spend(coinbase, 100_000_000n)))).toBe(
      '-25 Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)',
    )
    const young = spend(await node.coinbase(node.node.chain.tip.height))
    expect(await failure('sendrawtransaction', hex(young))).toMatch(/^-26 bad-txns-premature-spend-of-coinbase/)
  })

  test('scripts and addresses', async () => {
    expect(await call('decodescript', '76a914000000000000000000000000000000000000000088ac')).toMatchObject({
      asm: 'OP_DUP OP_HASH160 0000000000000000000000000000000000000000 OP_EQUALVERIFY OP_CHECKSIG',
      type: 'pubkeyhash',
      segwit: { type: 'witness_v0_keyhash' },
    })
    expect(await call('validateaddress', OPEN_ADDRESS)).toMatchObject({
      isvalid: true,
      iswitness: true,
      isscript: true,
    })
    expect(await call('validateaddress', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2')).toMatchObject({ isvalid: false })
    expect(await call('estimatesmartfee', 6)).toEqual({ feerate: 0.0002, blocks: 6 })
    expect(await failure('estimatesmartfee', 0)).toMatch(/^-8 Invalid conf_target/)
  })
})

describe('mining', () => {
  test('generateblock takes what it is told, submitblock says how it was taken', async () => {
    const tx = spend(await node.coinbase(5))
    const made = (await call('generateblock', OPEN_ADDRESS, [hex(tx)], false)) as { hash: string; hex: string }
    expect(await call('getbestblockhash')).not.toBe(made.hash)
    expect(await call('submitblock', made.hex)).toBeNull()
    expect(await call('getbestblockhash')).toBe(made.hash)
    expect(await call('submitblock', made.hex)).toBe('duplicate')
    expect(await failure('submitblock', 'ff')).toBe('-22 Block decode failed')
    expect(await failure('generateblock', OPEN_ADDRESS, [unknown])).toBe(`-5 Transaction ${unknown} not in mempool.`)
    expect(await failure('generateblock', OPEN_ADDRESS, [hex(spend(spend(tx)))])).toMatch(
      /^-25 TestBlockValidity failed: bad-txns-inputs-missingorspent/,
    )
    expect(await call('getmininginfo')).toMatchObject({ chain: 'regtest', pooledtx: 0 })
  })

  test('a submitted block may lack the witness reserved value, and may be as large as a block can be', async () => {
    const made = (await call('generateblock', OPEN_ADDRESS, [], false)) as { hash: string; hex: string }
    const block = unwrap(decodeBlock(hexToBytes(made.hex)))
    const bare = block.transactions.map((tx) => ({
      ...tx,
      inputs: tx.inputs.map((input) => ({ ...input, witness: [] })),
    }))
    expect(await call('submitblock', bytesToHex(encodeBlock({ ...block, transactions: bare })))).toBeNull()
    expect(await call('getbestblockhash')).toBe(made.hash)

    const [coinbase] = block.transactions
    const padding = { value: sats(0), scriptPubKey: new Uint8Array(4_000_000) }
    const large = { ...coinbase!, outputs: [...coinbase!.outputs, padding] }
    const text = bytesToHex(encodeBlock({ ...block, transactions: [large] }))
    expect(await call('submitblock', text)).toBe('bad-txnmrklroot')
    expect(await failure('sendrawtransaction', hex(large), 0)).toBe('-26 bad-txns-oversize')
  })

  test('blocks for a descriptor', async () => {
    const key = '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'
    for (const descriptor of [`wpkh(${key})`, `pkh(${key})`, `sh(wpkh(${key}))`, `tr(${key})`, `raw(51)`]) {
      const before = (await call('scantxoutset', 'start', [descriptor])) as { unspents: unknown[] }
      await call('generatetodescriptor', 1, descriptor)
      const after = (await call('scantxoutset', 'start', [descriptor])) as { unspents: unknown[] }
      expect(after.unspents.length).toBe(before.unspents.length + 1)
    }
    expect(await failure('generatetoaddress', 1, 'nonsense')).toBe('-5 Error: Invalid address')
    expect(await failure('generatetodescriptor', 1, 'wpkh(00)')).toBe('-5 Error: Invalid address or descriptor')
  })

  test('a header may come before its block', async () => {
    const { hex: text, hash } = (await call('generateblock', OPEN_ADDRESS, [], false)) as { hex: string; hash: string }
    expect(await call('submitheader', text.slice(0, 160))).toBeNull()
    expect(await call('getchaintips')).toContainEqual(expect.objectContaining({ hash, status: 'headers-only' }))
    expect(await failure('getblock', hash)).toBe('-1 Block not available (not fully downloaded)')
    expect(await failure('submitheader', '00'.repeat(80))).toMatch(/^-25 Must submit previous header/)
    expect(await call('submitblock', text)).toBeNull()
  })

  test('reorg bounds', async () => {
    expect(await failure('reorg', 0)).toBe('-1 JSON integer out of range')
    expect(await failure('reorg', 5000)).toMatch(/^-8 The chain has only/)
    expect(await call('reorg', 3, 2)).toMatchObject({ active: false, disconnected: [], connected: [] })
  })
})

describe('the rest', () => {
  test('network and control', async () => {
    expect(await call('getnetworkinfo')).toMatchObject({ connections: 0, relayfee: 0.000001 })
    expect(await call('getpeerinfo')).toEqual([])
    expect(await call('getconnectioncount')).toBe(0)
    expect(await failure('disconnectnode', '127.0.0.1:1')).toBe('-29 Node not found in connected nodes')
    expect(await failure('addnode', '127.0.0.1:1', 'remove')).toMatch(/^-24 /)
    expect(await call('addnode', '127.0.0.1:1', 'onetry')).toBeNull()
    expect(await call('uptime')).toBeTypeOf('number')
    expect(await call('echo', 1, 'a')).toEqual([1, 'a'])
    expect(await call('syncwithvalidationinterfacequeue')).toBeNull()
    expect(await failure('setmocktime', -1)).toMatch(/^-8 Mocktime must be in the range/)
    expect(await failure('nonsense')).toBe('-32601 Method not found')
  })

  test('mock time is what blocks carry', async () => {
    await call('setmocktime', 1_800_000_000)
    await node.mine(1)
    expect(await call('getblockheader', (await call('getbestblockhash')) as string)).toMatchObject({
      time: 1_800_000_000,
    })
    await call('setmocktime', 0)
  })

  test('no arguments, however strange, do anything but succeed or fail by name', async () => {
    const random = createRandom(9)
    const values: Json[] = [
      null,
      true,
      0,
      -1,
      3,
      2 ** 31,
      '',
      'zz',
      unknown,
      OPEN_ADDRESS,
      '00',
      [],
      ['x'],
      {},
      { desc: 1 },
      [[]],
      [{}],
    ]
    const methods = (await call('help')) as string
    const names = methods.split('\n').flatMap((line) => (/^[a-z]/.test(line) ? [line.split(' ')[0]!] : []))
    const slow = [
      'stop',
      'waitfornewblock',
      'waitforblockheight',
      'waitforblock',
      'setautomine',
      'setmocktime',
      'generatetoaddress',
      'generatetodescriptor',
      'reorg',
      'invalidateblock',
    ]
    expect(names.length).toBeGreaterThan(45)
    for (const name of names.filter((each) => !slow.includes(each))) {
      for (let i = 0; i < 25; i++) {
        const params = Array.from({ length: random.below(4) }, () => random.pick(values))
        expect(await failure(name, ...params)).toMatch(/^(no error|-\d+ )/)
      }
    }
    expect(await call('getblockcount')).toBeGreaterThan(120)
  })
})
